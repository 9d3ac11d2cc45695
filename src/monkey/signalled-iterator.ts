import { type Belonging, keep } from "./belongings.ts";
import { Caller } from "./caller.ts";
import { tie } from "./detach.ts";
import type { HostFunction } from "./function-shape.ts";
import { ownerHere } from "./owner.ts";
import { type SignalPlace, withSignal } from "./promise-call.ts";

/**
 * A function of the host that gives an endless async iterator and takes a signal:
 * the end of its fiber ends the iteration.
 */
export function iteratorCall(options: SignalPlace): (original: HostFunction) => HostFunction {
  return (original) =>
    function patched(this: unknown, ...args: unknown[]): unknown {
      const owner = ownerHere(patched);
      if (owner === undefined) return original.apply(this, args);
      const controller = new AbortController();
      const iterator = original.apply(this, withSignal(args, options, controller.signal));
      const belonging: Belonging = {
        caller: new Caller(patched),
        abandon: (reason) => controller.abort(reason),
      };
      const release = keep(owner, belonging);
      tie(iterator, release);
      return endingBy(release, iterator);
    };
}

/** A loop over an endless one is only ever ended from outside, by `return`. */
function endingBy(release: () => void, iterator: AsyncIterator<unknown>): AsyncIterator<unknown> {
  const { return: end } = iterator;
  const value = (result: unknown) => {
    release();
    return end?.call(iterator, result);
  };
  return Object.defineProperty(iterator, "return", { value, configurable: true, writable: true });
}
