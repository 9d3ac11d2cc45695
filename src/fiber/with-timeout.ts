import type { Input as DurationInput } from "effect/Duration";
import type { Effect } from "effect/Effect";
import { toMillis } from "./delay.ts";
import { checkInline, runInline } from "./run-inline.ts";
import type { Body, ErrorOf, ServicesOf } from "./spawn.ts";
import { Timeout } from "./timeout.ts";
import { script, type Wait, type Yieldable } from "./wait.ts";

/** What `withTimeout` gives at its own timeout, instead of throwing. */
export interface WithTimeoutOptions<B> {
  readonly value: B;
}

/**
 * Runs a body or a Wait in the current fiber for no longer than `delay`. Past
 * that a Timeout is thrown into it, and out of here, even if the body swallowed
 * it; with `value` that is given instead. Somebody else's Timeout passes through.
 * An async function gets a signal that aborts, and its late result is dropped.
 *
 * gevent: `gevent.with_timeout(seconds, function, timeout_value=…)`.
 *
 * @throws Timeout when `delay` has passed; RangeError or TypeError at the call for bad input.
 * @example
 * ```ts
 * import { sleep, spawn, withTimeout } from "fibril";
 *
 * spawn(function* () {
 *   const answer = yield* withTimeout("10 millis", sleep("1 minute"), { value: "too late" });
 *   console.log(answer); // -> too late
 * });
 * ```
 */
export function withTimeout<Y extends Yieldable<unknown, unknown> = never, A = never, B = never>(
  delay: DurationInput,
  body: ((signal: AbortSignal) => Body<Y, A>) | Body<Y, A>,
  options?: WithTimeoutOptions<B>,
): Wait<A | B, ErrorOf<Y>, ServicesOf<Y>>;
export function withTimeout<A, E, R, B = never>(
  delay: DurationInput,
  wait: Effect<A, E, R>,
  options?: WithTimeoutOptions<B>,
): Wait<A | B, E, R>;
export function withTimeout<A, B = never>(
  delay: DurationInput,
  body: ((signal: AbortSignal) => A) | PromiseLike<A>,
  options?: WithTimeoutOptions<B>,
): Wait<Awaited<A> | B, unknown>;
export function withTimeout(
  delay: DurationInput,
  body: unknown,
  options?: WithTimeoutOptions<unknown>,
): Wait<unknown, unknown> {
  checkInline(body, "run withTimeout");
  return script(runTimed, toMillis(delay, "run withTimeout"), body, options) as Wait<
    unknown,
    unknown
  >;
}

export function* runTimed(
  millis: number,
  body: unknown,
  options: WithTimeoutOptions<unknown> | undefined,
): Generator<Yieldable, unknown, never> {
  const timeout = Timeout.plain(millis);
  timeout.enclose();
  timeout.start();
  try {
    const value = yield* runInline(body);
    if (!timeout.struck) return value;
  } catch (error) {
    if (error !== timeout) throw error;
  } finally {
    timeout.close();
  }
  if (options !== undefined && "value" in options) return options.value;
  timeout.release();
  throw timeout;
}
