import { context } from "./context.ts";
import { currentState } from "./current-state.ts";
import { Process } from "./process.ts";
import { adopt } from "./process-state.ts";

/**
 * The process that this code runs in: in the main one an object named
 * `MainProcess`, in a child the one that was started.
 *
 * multiprocessing: `multiprocessing.current_process`.
 *
 * @example
 * ```ts
 * import { currentProcess, Process } from "fibril/process";
 *
 * export function sayName() {
 *   console.log("I am", currentProcess().name);
 * }
 *
 * if (import.meta.main) {
 *   sayName(); // -> I am MainProcess
 *   const child = new Process({ name: "helper", target: sayName });
 *   child.start(); // -> I am helper
 *   await child.join();
 * }
 * ```
 */
export function currentProcess(): Process {
  const known = context();
  if (known.current instanceof Process) return known.current;
  const self: Process = Object.create(Process.prototype);
  adopt(self, currentState());
  known.current = self;
  return self;
}
