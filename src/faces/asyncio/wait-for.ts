import type { Input as DurationInput } from "effect/Duration";
import { toMillis } from "../../fiber/delay.ts";
import type { Fiber } from "../../fiber/fiber.ts";
import { isFiber } from "../../fiber/state.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import { withTimeout } from "../../fiber/with-timeout.ts";
import { type Awaitable, checkAwaitable, type ErrorOf, type ResultOf } from "./task.ts";

/**
 * Awaits for no longer than `timeout` (a bare number: milliseconds), without one
 * for ever. Past it a task is killed and its end waited for, and a TimeoutError
 * is thrown; so it is killed when the wait is.
 *
 * asyncio: `asyncio.wait_for`; as `withTimeout`, which leaves a task alone.
 *
 * @throws TimeoutError; RangeError or TypeError at the call for bad input.
 * @example
 * ```ts
 * import { run, sleep, TimeoutError, waitFor } from "fibril/asyncio";
 *
 * run(function* main() {
 *   try {
 *     yield* waitFor(sleep("1 hour"), 10);
 *   } catch (error) {
 *     if (error instanceof TimeoutError) console.log("too late"); // -> too late
 *   }
 * });
 * ```
 */
export function waitFor<T extends Awaitable>(
  awaitable: T,
  timeout: DurationInput | undefined | null,
): Wait<ResultOf<T>, ErrorOf<T>>;
export function waitFor(
  awaitable: Awaitable,
  timeout: DurationInput | undefined | null,
): Wait<unknown, unknown> {
  checkAwaitable(awaitable, "wait for");
  const millis = toMillis(timeout ?? Number.POSITIVE_INFINITY, "wait");
  if (isFiber(awaitable)) return script(ownedUntil, awaitable as never, millis);
  return withTimeout(millis, awaitable as () => unknown);
}

function* ownedUntil(task: Fiber, millis: number): Generator<Yieldable, unknown, never> {
  try {
    return yield* task.get({ timeout: millis });
  } finally {
    // Nothing happens to one that has ended.
    yield* task.kill();
  }
}
