import { builtin } from "./builtin.ts";
import type { HostFunction } from "./function-shape.ts";
import { originalOf } from "./patched-module.ts";

/**
 * Kills a process with all that it has started: the commands of a shell would live
 * on without it. Only Linux tells of those; what has become a daemon is nobody's
 * child any more.
 */
export function killTree(pid: number): void {
  if (mayLook()) kill(pid);
}

function kill(pid: number): void {
  // Or it would start the next one meanwhile.
  signal(pid, "SIGSTOP");
  for (const child of childrenOf(pid)) kill(child);
  signal(pid, "SIGKILL");
}

/** Deno would ask the user for a permission that it was not given. */
function mayLook(): boolean {
  const { Deno } = globalThis as { readonly Deno?: Permitting };
  const isGranted = (name: string) => Deno?.permissions.querySync({ name }).state === "granted";
  return Deno === undefined || ["run", "read"].every(isGranted);
}

interface Permitting {
  readonly permissions: {
    querySync(descriptor: { readonly name: string }): { readonly state: string };
  };
}

function childrenOf(pid: number): readonly number[] {
  const fs = builtin<Record<string, HostFunction>>("fs");
  const [list, read] = [fs["readdirSync"], fs["readFileSync"]].map(originalOf) as HostFunction[];
  try {
    const threads: string[] = list?.(`/proc/${pid}/task`);
    const children = threads.map((id) => read?.(`/proc/${pid}/task/${id}/children`, "utf8"));
    return children.join(" ").split(" ").filter(Boolean).map(Number);
  } catch {
    // Another system, no permission to look, or it has just ended.
    return [];
  }
}

function signal(pid: number, name: "SIGSTOP" | "SIGKILL"): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}
