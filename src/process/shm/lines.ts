import type { Entry } from "./process-table.ts";

/** How this process rings others and is rung by them. */
export interface Lines {
  /** Rings a process; false if it is not there any more. */
  ring(pid: number): boolean;
  /** As `ringNextBy`, where another process does that in one step. */
  ringNext?(at: number, by: number): boolean;
  /** Tells a process who this one is: it learns of its end by that. */
  greet(pid: number, who: Entry): void;
  /** That process has ended. */
  cut(pid: number): void;
  /** Keeps the program alive: somebody waits to be rung. */
  hold(): void;
  /** Undoes `hold`, once for all. */
  letGo(): void;
  close(): void;
}
