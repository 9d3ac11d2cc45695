import { ownerHere } from "./owner.ts";
import type { Replacing } from "./patched-module.ts";
import { promiseCall } from "./promise-call.ts";

/**
 * A function of the host that gives an async iterable and takes no signal: each
 * step is a call of its own, so that after a kill there is no next one.
 */
export function steppingCall(name: string): Replacing {
  const stepping = promiseCall({ label: () => name });
  return (original) =>
    function patched(this: unknown, ...args: unknown[]): unknown {
      const iterable: AsyncIterable<unknown> = original.apply(this, args);
      if (ownerHere(patched) === undefined) return iterable;
      const iterate = iterable[Symbol.asyncIterator];
      const value = (): AsyncIterator<unknown> => {
        const iterator = iterate.call(iterable);
        const next = { value: stepping(iterator.next), configurable: true, writable: true };
        return Object.defineProperty(iterator, "next", next);
      };
      const property = { value, configurable: true, writable: true };
      return Object.defineProperty(iterable, Symbol.asyncIterator, property);
    };
}
