import type { Input as DurationInput } from "effect/Duration";
import { show } from "../../fiber/body.ts";
import { toMillis } from "../../fiber/delay.ts";
import { host } from "../../internal/host.ts";
import { builtin } from "../builtin.ts";

/** In milliseconds, as gevent has it. */
const DEFAULT_LIMIT = 100;

const VARIABLE = "FIBRIL_MAX_BLOCKING_TIME";

/**
 * How long a fiber may hold up the run loop before that is told, in milliseconds;
 * undefined: for ever.
 *
 * @throws RangeError or TypeError for what is no such time.
 */
export function limitOf(maxBlockingTime: DurationInput | false): number | undefined {
  if (maxBlockingTime === false) return undefined;
  const limit = toMillis(maxBlockingTime, "watch for maxBlockingTime");
  if (limit === 0) {
    throw new RangeError(
      `Cannot watch for maxBlockingTime: ${show(maxBlockingTime)}: pass more than 0, or false for no watch`,
    );
  }
  return limit === Number.POSITIVE_INFINITY ? undefined : limit;
}

/**
 * What holds where the program says nothing: the environment's, or 100 ms. Threads
 * are left alone: each would need a watchdog of its own.
 */
export function defaultLimit(): number | undefined {
  const { isMainThread } = builtin<{ readonly isMainThread: boolean }>("worker_threads");
  if (!isMainThread) return undefined;
  const text = host.environment(VARIABLE)?.trim() ?? "";
  if (text === "") return DEFAULT_LIMIT;
  if (OFF.has(text.toLowerCase())) return undefined;
  const number = Number(text);
  try {
    return limitOf(Number.isNaN(number) ? (text as DurationInput) : number);
  } catch {
    console.warn(
      `${VARIABLE} is ${show(text)}, which is no time: set milliseconds, "2 seconds" or "off"`,
    );
    return DEFAULT_LIMIT;
  }
}

const OFF = new Set(["0", "off", "false", "no"]);
