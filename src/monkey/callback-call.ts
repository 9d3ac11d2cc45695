import type { FiberCore } from "../fiber/core.ts";
import { type Belonging, keep } from "./belongings.ts";
import { Caller, DIRECT } from "./caller.ts";
import type { HostFunction } from "./function-shape.ts";
import { ownerHere } from "./owner.ts";

/** Closes what a call gives too late. */
type Discard = (results: readonly unknown[]) => void;

/**
 * A function of the host whose last argument is its callback. Once its fiber is
 * killed the callback is not called any more, and a late result is closed.
 */
export function callbackCall(discard?: Discard): (original: HostFunction) => HostFunction {
  return (original) =>
    function patched(this: unknown, ...args: unknown[]): unknown {
      const owner = typeof args.at(-1) === "function" ? ownerHere(patched) : undefined;
      if (owner === undefined) return original.apply(this, args);
      return original.apply(this, ownCallback(owner, new Caller(patched, DIRECT), args, discard));
    };
}

/** The arguments with their callback, if they end in one, as one of `owner`'s. */
export function ownCallback(
  owner: FiberCore,
  caller: Caller,
  args: readonly unknown[],
  discard: Discard = () => {},
): unknown[] {
  const callback = args.at(-1);
  if (typeof callback !== "function") return [...args];
  const call = new CallbackCall(owner, caller, callback as HostFunction, discard);
  return [...args.slice(0, -1), call.callback];
}

class CallbackCall implements Belonging {
  readonly caller: Caller;
  readonly callback: HostFunction;
  #dropped = false;

  constructor(owner: FiberCore, caller: Caller, callback: HostFunction, discard: Discard) {
    this.caller = caller;
    const release = keep(owner, this);
    const call = this;
    this.callback = function (this: unknown, ...results: unknown[]): unknown {
      release();
      return call.#dropped ? discard(results) : callback.apply(this, results);
    };
  }

  abandon(): void {
    this.#dropped = true;
  }
}
