import { context } from "./context.ts";
import { currentState } from "./current-state.ts";
import { Process } from "./process.ts";
import { adopt } from "./process-state.ts";

/**
 * The process that this code runs in: in the main one an object named
 * `MainProcess`, in a child the one that was started.
 *
 * multiprocessing: `multiprocessing.current_process`.
 */
export function currentProcess(): Process {
  const known = context();
  if (known.current instanceof Process) return known.current;
  const self: Process = Object.create(Process.prototype);
  adopt(self, currentState());
  known.current = self;
  return self;
}
