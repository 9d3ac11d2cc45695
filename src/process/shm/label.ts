import {
  CALLED,
  FLAGGED,
  type Kind,
  LATCHED,
  MET,
  OWNED,
  PERMITTED,
  PLAIN,
  REOWNED,
  TASKED,
  WAITED,
} from "./layout.ts";

const names: Readonly<Record<Kind, string>> = {
  [PLAIN]: "memory",
  [WAITED]: "room",
  [OWNED]: "lock",
  [CALLED]: "condition",
  [MET]: "barrier",
  [TASKED]: "tasks",
  [REOWNED]: "rlock",
  [LATCHED]: "latch",
  [PERMITTED]: "semaphore",
  [FLAGGED]: "event",
};

/** What an object is called in reports, in every process: `lock#212`. */
export function labelOf(kind: Kind, cell: number): string {
  return `${names[kind]}#${cell}`;
}
