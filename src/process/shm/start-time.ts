import { readFileSync } from "node:fs";
import { platform } from "./system.ts";

/** What `/proc/<pid>/stat` has after the name, which may have blanks itself. */
const STATE_FIELD = 0;
const START_FIELD = 19;

/**
 * When a process began, as a number that a later process of the same id does not
 * share; 0 where the system does not tell, undefined if the process has ended.
 */
export function startTime(pid: number): number | undefined {
  return platform().hasProc ? startInProc(pid) : startBySignal(pid);
}

function startInProc(pid: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[STATE_FIELD];
  if (state === "Z" || state === "X") return undefined;
  return Number(fields[START_FIELD]) | 0;
}

function startBySignal(pid: number): number | undefined {
  try {
    process.kill(pid, 0);
    return 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? 0 : undefined;
  }
}
