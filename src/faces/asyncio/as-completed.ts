import type { Fiber } from "../../fiber/fiber.ts";
import { type Finishing, iwait } from "../../fiber/iwait.ts";
import { checkOptions, type WaitOptions } from "../../fiber/limits.ts";
import { Timeout } from "../../fiber/timeout.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import { createTask } from "./create-task.ts";
import { type Awaitable, checkAwaitable, type ErrorOf, type ResultOf } from "./task.ts";

/**
 * Begins all at the call, and gives as many Waits: each gives the result of the
 * next that is done, or throws its failure. Past `timeout`, which counts for all
 * from the first wait on, they throw a TimeoutError.
 *
 * asyncio: `asyncio.as_completed`; `iwait` gives fibers instead of results.
 *
 * @throws TypeError at the call for what can't be awaited.
 * @example
 * ```ts
 * import { asCompleted, run, sleep } from "fibril/asyncio";
 *
 * function* after(ms: number) {
 *   yield* sleep(ms);
 *   return ms;
 * }
 * run(function* main() {
 *   for (const next of asCompleted([after(20), after(5)])) console.log(yield* next);
 *   // -> 5
 *   // -> 20
 * });
 * ```
 */
export function asCompleted<T extends Awaitable>(
  awaitables: Iterable<T>,
  options?: WaitOptions,
): Iterable<Wait<ResultOf<T>, ErrorOf<T>>>;
export function asCompleted(
  awaitables: Iterable<Awaitable>,
  options?: WaitOptions,
): Iterable<Wait<unknown, unknown>> {
  checkOptions(options, "asCompleted");
  const all = [...awaitables];
  for (const each of all) checkAwaitable(each, "go through");
  const tasks = all.map((awaitable) => createTask(awaitable));
  const finishing = iwait(new Set<Fiber>(tasks), options);
  return tasks.map(() => script(nextResult, finishing, options));
}

function* nextResult(
  finishing: Finishing<Fiber>,
  options: WaitOptions | undefined,
): Generator<Yieldable, unknown, never> {
  const step = yield* finishing.next();
  if (step.done === true) throw new Timeout(options?.timeout);
  return yield* step.value;
}
