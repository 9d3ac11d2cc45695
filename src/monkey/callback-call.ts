import type { FiberCore } from "../fiber/core.ts";
import { type Belonging, keep } from "./belongings.ts";
import type { HostFunction } from "./function-shape.ts";
import { ownerHere } from "./owner.ts";

/** How calls with a callback end with their fiber. */
export interface CallbackEnding {
  /** Closes a result that comes too late. */
  readonly discard?: ((results: readonly unknown[]) => void) | undefined;
  /** Stops what the call gave, such as a child process. */
  readonly stop?: ((given: unknown) => void) | undefined;
}

/**
 * A function of the host whose last argument is its callback. Once its fiber is
 * killed the callback is not called any more, and a late result is closed.
 */
export function callbackCall(
  ending: CallbackEnding = {},
): (original: HostFunction) => HostFunction {
  return (original) =>
    function patched(this: unknown, ...args: unknown[]): unknown {
      const callback = args.at(-1);
      const owner = ownerHere();
      if (owner === undefined || typeof callback !== "function") return original.apply(this, args);
      const call = new CallbackCall(owner, callback as HostFunction, ending);
      args[args.length - 1] = call.callback;
      call.given = original.apply(this, args);
      return call.given;
    };
}

class CallbackCall implements Belonging {
  given: unknown;
  readonly callback: HostFunction;
  readonly #ending: CallbackEnding;
  readonly #release: () => void;
  #dropped = false;

  constructor(owner: FiberCore, callback: HostFunction, ending: CallbackEnding) {
    this.#ending = ending;
    this.#release = keep(owner, this);
    const call = this;
    this.callback = function (this: unknown, ...results: unknown[]): unknown {
      call.#release();
      if (call.#dropped) return ending.discard?.(results);
      return callback.apply(this, results);
    };
  }

  abandon(): void {
    this.#dropped = true;
    this.#ending.stop?.(this.given);
  }
}
