import type { Input as DurationInput } from "effect/Duration";
import type { Effect } from "effect/Effect";
import { hub } from "../scheduler/hub.ts";
import { show } from "./body.ts";
import type { FiberCore } from "./core.ts";
import { toMillis } from "./delay.ts";
import { onAbort } from "./on-abort.ts";
import { Timeout } from "./timeout.ts";
import { script, type Wait } from "./wait.ts";

/** How long a wait may take. */
export interface WaitOptions {
  /** After which it throws a Timeout, or gives what its method says. */
  readonly timeout?: DurationInput | undefined;
  /** Its abort throws `signal.reason` at the wait. */
  readonly signal?: AbortSignal | undefined;
}

/** Throws at the call for `join(5)`. */
export function checkOptions(options: unknown, caller: string): void {
  if (options === undefined || (typeof options === "object" && options !== null)) return;
  throw new TypeError(
    `Cannot ${caller} with ${show(options)} as options: pass an object such as { timeout: 5 } (milliseconds)`,
  );
}

/** Whether options ask for anything at all; without, an op is used as it is. */
export function isLimited(options: WaitOptions | undefined): options is WaitOptions {
  return options?.timeout !== undefined || options?.signal !== undefined;
}

/**
 * `wait` with a deadline and a signal. Its own timeout is thrown, or gives the
 * `value` of `fallback`; anybody else's passes through.
 */
export function limited<A, E, R, B = never>(
  wait: Effect<A, E, R>,
  options: WaitOptions,
  fallback?: { readonly value: B },
): Wait<A | B, E, R> {
  // Checked at the call; every run has a Timeout of its own.
  const millis = options.timeout === undefined ? undefined : toMillis(options.timeout, "time out");
  return script(runLimited<A, B, E, R>, wait, millis, options.signal, fallback);
}

export function* runLimited<A, B, E, R>(
  wait: Effect<A, E, R>,
  millis: number | undefined,
  signal: AbortSignal | undefined,
  fallback: { readonly value: B } | undefined,
): Generator<Effect<A, E, R>, A | B, never> {
  signal?.throwIfAborted();
  const timeout = millis === undefined ? undefined : Timeout.plain(millis).start();
  const unlisten = strikeOnAbort(signal);
  try {
    return yield* wait;
  } catch (error) {
    if (fallback !== undefined && timeout !== undefined && error === timeout) return fallback.value;
    throw error;
  } finally {
    timeout?.close();
    unlisten();
  }
}

/** Throws the signal's reason into the running fiber when it aborts; gives the way back. */
function strikeOnAbort(signal: AbortSignal | undefined): () => void {
  if (signal === undefined) return () => {};
  const fiber = hub.current as FiberCore;
  const { more } = fiber;
  const strike = { error: undefined, level: more.mask };
  more.deadlines++;
  const unlisten = onAbort(signal, () => {
    strike.error = signal.reason;
    fiber.strike(strike);
  });
  return () => {
    more.deadlines--;
    unlisten();
    fiber.withdraw(strike);
  };
}
