import { GreenletExit } from "../../fiber/greenlet-exit.ts";

/**
 * Thrown into a tasklet by `kill`. Uncaught it ends the tasklet, and nobody is
 * told. It is a GreenletExit, so `isControl` lets it pass a general `catch`.
 *
 * Stackless: `TaskletExit`.
 *
 * @example
 * ```ts
 * import { channel, run, TaskletExit, tasklet } from "fibril/stackless";
 *
 * const never = channel<void>();
 * function* waiter() {
 *   try {
 *     yield* never.receive();
 *   } catch (error) {
 *     console.log(error instanceof TaskletExit); // -> true
 *     throw error;
 *   }
 * }
 * async function main() {
 *   const task = tasklet(waiter)();
 *   await run();
 *   await task.kill();
 *   console.log(task.alive); // -> false
 * }
 * void main();
 * ```
 */
export class TaskletExit extends GreenletExit {
  override readonly name: string = "TaskletExit";

  constructor(message = "The tasklet was killed") {
    super(message);
  }
}
