import { watchTimers } from "../scheduler/timer-watch.ts";
import { CallSite } from "./call-site.ts";
import { report } from "./report.ts";
import { siteOfBegun } from "./wait-watch.ts";

/** Nobody writes more decimals, and what is computed from a clock has more. */
const TYPED_DECIMALS = 3;

/**
 * Reports delays such as `sleep(0.5)`: a bare number is milliseconds here and
 * seconds in Python. Gives the way back.
 */
export function watchDelays(): () => void {
  return watchTimers(function started(_timer, delay) {
    const isFraction = Number.isFinite(delay) && !Number.isInteger(delay);
    if (!isFraction || Number(delay.toFixed(TYPED_DECIMALS)) !== delay) return;
    const location = new CallSite(started).location ?? siteOfBegun();
    if (location === undefined) return;
    report(
      `delay ${location}`,
      `A delay of ${delay} ms at ${location}: a bare number is milliseconds, write "${delay} seconds" if they were meant`,
    );
  });
}
