import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import { createTask } from "./create-task.ts";
import { type Awaitable, checkAwaitable, type ErrorOf, type ResultOf } from "./task.ts";

/**
 * Awaits in a task of its own, which a kill or a timeout of the wait does not
 * strike: it runs on.
 *
 * asyncio: `asyncio.shield`; `uninterruptible` holds the kill back instead.
 *
 * @throws TypeError at the call for what can't be awaited.
 * @example
 * ```ts
 * import { run, shield, sleep, waitFor } from "fibril/asyncio";
 *
 * function* save() {
 *   yield* sleep(20);
 *   console.log("saved");
 * }
 * run(function* main() {
 *   try {
 *     yield* waitFor(shield(save()), 5);
 *   } catch {
 *     console.log("not waited for"); // -> not waited for
 *   }
 *   yield* sleep(30);
 *   // -> saved
 * });
 * ```
 */
export function shield<T extends Awaitable>(awaitable: T): Wait<ResultOf<T>, ErrorOf<T>>;
export function shield(awaitable: Awaitable): Wait<unknown, unknown> {
  checkAwaitable(awaitable, "shield");
  return script(shielded, awaitable);
}

function* shielded(awaitable: Awaitable): Generator<Yieldable, unknown, never> {
  return yield* createTask(awaitable);
}
