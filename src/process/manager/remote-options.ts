import { toMillis } from "../../fiber/delay.ts";
import { checkOptions, type WaitOptions } from "../../fiber/limits.ts";

/** The options of a wait without what can't go; the timeout runs in the server. */
export function remoteOptions<O extends WaitOptions>(
  options: O | undefined,
  caller: string,
): (Omit<O, "signal" | "timeout"> & { readonly timeout?: number }) | undefined {
  checkOptions(options, caller);
  if (options === undefined) return undefined;
  const { signal: _signal, timeout, ...others } = options;
  const millis = timeout === undefined ? Number.POSITIVE_INFINITY : toMillis(timeout, caller);
  return millis === Number.POSITIVE_INFINITY ? others : { ...others, timeout: millis };
}
