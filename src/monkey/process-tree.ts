import { builtin } from "./builtin.ts";
import type { HostFunction } from "./function-shape.ts";
import { originalOf } from "./patched-module.ts";

/**
 * Ends what a process has started, and what that has: the commands of a shell
 * would live on without it. Only Linux tells of them; what has become a daemon
 * is nobody's child any more. `pid` is stopped, for its owner to kill.
 */
export function killDescendants(pid: number): void {
  // Or it would start the next one meanwhile.
  signal(pid, "SIGSTOP");
  for (const child of childrenOf(pid)) {
    killDescendants(child);
    signal(child, "SIGKILL");
  }
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
