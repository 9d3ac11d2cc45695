import type { FiberCore } from "../fiber/core.ts";
import { type Belonging, keep } from "./belongings.ts";
import { builtin } from "./builtin.ts";
import { Caller } from "./caller.ts";
import { tie } from "./detach.ts";
import type { HostFunction } from "./function-shape.ts";
import { ownerHere } from "./owner.ts";
import type { Replacing } from "./patched-module.ts";

/** `setTimeout` and `setImmediate`; `promised` is what `util.promisify` makes of it. */
export function settingOnce(promised: HostFunction, end: HostFunction): Replacing {
  return (original) => {
    function patched(this: unknown, task: unknown, ...rest: unknown[]): unknown {
      const owner = ownerHere(patched);
      if (owner === undefined || typeof task !== "function") {
        return Reflect.apply(original, this, [task, ...rest]);
      }
      const owned = new OwnedTimer(owner, new Caller(patched), end);
      const fire = function (this: unknown, ...args: unknown[]): unknown {
        owned.over();
        return Reflect.apply(task, this, args);
      };
      return owned.hold(Reflect.apply(original, this, [fire, ...rest]));
    }
    const { promisify } = builtin<{ promisify: { custom: symbol } }>("util");
    return Object.defineProperty(patched, promisify.custom, {
      value: promised,
      configurable: true,
    });
  };
}

/** `setInterval`. */
export function settingAgain(end: HostFunction): Replacing {
  return (original) =>
    function patched(this: unknown, ...args: unknown[]): unknown {
      const owner = ownerHere(patched);
      if (owner === undefined) return original.apply(this, args);
      return new OwnedTimer(owner, new Caller(patched), end).hold(original.apply(this, args));
    };
}

/** The functions that clear any of them. */
export function clearing(original: HostFunction): HostFunction {
  return function patched(this: unknown, timer: unknown): unknown {
    timerOf(timer)?.over();
    return original.call(this, timer);
  };
}

/** The fibers' timers that have neither fired nor been cleared. */
const objects = new WeakMap<object, OwnedTimer>();
/** Where the host has numbers for them. */
const numbers = new Map<unknown, OwnedTimer>();

function timerOf(timer: unknown): OwnedTimer | undefined {
  if (typeof timer === "object") return timer === null ? undefined : objects.get(timer);
  return numbers.size === 0 ? undefined : numbers.get(timer);
}

class OwnedTimer implements Belonging {
  readonly caller: Caller;
  readonly #release: () => void;
  readonly #end: HostFunction;
  #timer: unknown;

  constructor(owner: FiberCore, caller: Caller, end: HostFunction) {
    this.caller = caller;
    this.#end = end;
    this.#release = keep(owner, this);
  }

  hold(timer: unknown): unknown {
    this.#timer = timer;
    if (typeof timer === "object" && timer !== null) {
      objects.set(timer, this);
      tie(timer, this.#release);
    } else numbers.set(timer, this);
    return timer;
  }

  over(): void {
    numbers.delete(this.#timer);
    this.#release();
  }

  abandon(): void {
    numbers.delete(this.#timer);
    this.#end.call(undefined, this.#timer);
  }
}
