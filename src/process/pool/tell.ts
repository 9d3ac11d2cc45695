import { begin, makeFiber } from "../../fiber/spawn.ts";

/** Calls a function of the user's in a fiber of its own: it may wait, and what it throws is reported. */
export function tell(
  listener: ((...args: never[]) => unknown) | undefined,
  ...args: unknown[]
): void {
  if (listener !== undefined) begin(makeFiber("call", listener, args, tell));
}
