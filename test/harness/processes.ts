import { readdirSync, readFileSync } from "node:fs";

/** The process ids of this process's children, those that are dead and not yet reaped included. Linux alone tells. */
export function childPids(): number[] {
  return readdirSync("/proc/self/task").flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, "utf8")
      .split(" ")
      .filter((pid) => pid.trim() !== "")
      .map(Number),
  );
}

/** How many files, pipes and sockets this process has open. */
export function openFiles(): number {
  return readdirSync("/proc/self/fd").length;
}
