import type { ProcessInfo, ProcessStatus } from "./info-types.ts";
import type { Role } from "./tellers.ts";

/** What is known of a process without asking it. */
export function infoOf(
  { name, pid, kind, daemon }: Role & { readonly pid: number },
  known: { readonly status: ProcessStatus } & Partial<ProcessInfo>,
): ProcessInfo {
  const nothing = { objects: [], queues: [], pipes: [], pools: [], servers: [], children: [] };
  return { name, pid, kind, daemon, ...nothing, ...known };
}
