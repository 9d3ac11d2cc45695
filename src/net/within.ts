import type { Effect } from "effect/Effect";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import type { Wait } from "../fiber/wait.ts";

/** A wait with the limits that its caller set; throws at the call for what are no options. */
export function within<A, E>(
  caller: string,
  options: WaitOptions | undefined,
  wait: Effect<A, E>,
): Wait<A, E> {
  checkOptions(options, caller);
  return isLimited(options) ? limited(wait, options) : (wait as Wait<A, E>);
}
