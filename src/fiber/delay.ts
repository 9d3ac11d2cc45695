import * as Duration from "effect/Duration";
import { show } from "./body.ts";

/**
 * A delay in milliseconds, checked: negative ones are 0, Infinity is for ever.
 *
 * Effect's Duration takes NaN, also inside an object, for 0; here it is an error,
 * since it always comes from a bug and 0 would spin.
 */
export function toMillis(delay: Duration.Input, caller: string): number {
  if (typeof delay === "number") {
    if (Number.isNaN(delay)) throw notADelay(delay, caller, RangeError);
    return Math.max(0, delay);
  }
  if (hasNaN(delay)) throw notADelay(delay, caller, RangeError);
  try {
    if (isDurationLike(delay))
      return Math.max(0, Duration.toMillis(Duration.fromInputUnsafe(delay)));
  } catch {
    // The error below says more than Effect's own.
  }
  throw notADelay(delay, caller, TypeError);
}

/** Whether a delay is one, and below 0. */
export function isNegative(delay: Duration.Input, caller: string): boolean {
  return toMillis(delay, caller) === 0 && Duration.toMillis(Duration.fromInputUnsafe(delay)) < 0;
}

/** For messages: `20ms`, `1.5s`. Effect's own format would be 2 % of a program's bundle. */
export function formatMillis(millis: number): string {
  if (millis === Number.POSITIVE_INFINITY) return "Infinity";
  return millis < 1000 ? `${millis}ms` : `${millis / 1000}s`;
}

function hasNaN(delay: unknown): boolean {
  return typeof delay === "object" && delay !== null && Object.values(delay).some(Number.isNaN);
}

const UNITS = [
  "weeks",
  "days",
  "hours",
  "minutes",
  "seconds",
  "milliseconds",
  "microseconds",
  "nanoseconds",
];

/** Effect takes any object for a duration object, and one without a known unit or number for 0. */
function isDurationLike(delay: unknown): boolean {
  if (typeof delay !== "object") return true;
  if (delay === null) return false;
  if (Duration.isDuration(delay)) return true;
  const isNumbers = Object.values(delay).every((value) => typeof value === "number");
  return isNumbers && (Array.isArray(delay) || UNITS.some((unit) => unit in delay));
}

function notADelay(delay: unknown, caller: string, Kind: typeof TypeError | typeof RangeError) {
  return new Kind(
    `Cannot ${caller} for ${show(delay)}: pass milliseconds or a Duration, "2 seconds"`,
  );
}
