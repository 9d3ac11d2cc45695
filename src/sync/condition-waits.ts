import { show } from "../fiber/body.ts";
import { toMillis } from "../fiber/delay.ts";
import { checkOptions, type WaitOptions } from "../fiber/limits.ts";
import type { Wait, Yieldable } from "../fiber/wait.ts";
import { hub } from "../scheduler/hub.ts";

/*
 * What the Conditions have in common: those of one process, of several, and of a
 * manager's server.
 */

/** What a `waitFor` was called with. */
export interface WaitFor<A> {
  readonly predicate: () => A;
  readonly millis: number;
  readonly signal: AbortSignal | undefined;
}

/** @throws TypeError or RangeError at the call. */
export function checkedWaitFor<A>(
  predicate: () => A,
  options: WaitOptions | undefined,
): WaitFor<A> {
  checkOptions(options, "waitFor");
  if (typeof predicate !== "function") {
    throw new TypeError(`Cannot waitFor ${show(predicate)}: pass a function`);
  }
  const { timeout = Number.POSITIVE_INFINITY, signal } = options ?? {};
  return { predicate, millis: toMillis(timeout, "waitFor"), signal };
}

/** Gives the predicate's last value: looks at it once before and after each wait, until it is true or the time is over. */
export function* waitFor<A>(
  condition: { wait(options: WaitOptions): Wait<boolean> },
  { predicate, millis, signal }: WaitFor<A>,
): Generator<Yieldable<never>, A, never> {
  const deadline = hub.timers.now() + millis;
  for (;;) {
    const value = predicate();
    const left = deadline - hub.timers.now();
    if (value || left <= 0) return value;
    const timeout = left === Number.POSITIVE_INFINITY ? undefined : left;
    yield* condition.wait({ timeout, signal });
  }
}

/** As many levels as were released. */
export function* reacquire(
  acquire: Wait<unknown>,
  levels: number,
): Generator<Yieldable<never>, void, never> {
  for (let i = 0; i < levels; i++) yield* acquire;
}

export function notAcquired(verb: string): Error {
  return new Error(
    `Cannot ${verb} on un-acquired lock: acquire the Condition before, or do it in condition.use(body)`,
  );
}
