import { builtin } from "./builtin.ts";
import { Caller, DIRECT } from "./caller.ts";
import type { HostFunction } from "./function-shape.ts";
import { OwnedTimer, timerOf } from "./owned-timer.ts";
import { beginUnowned, leftBehind, ownerHere } from "./owner.ts";
import type { Replacing } from "./patched-module.ts";

/** `setTimeout` and `setImmediate`; `promised` is what `util.promisify` makes of it. */
export function settingOnce(promised: HostFunction, end: HostFunction): Replacing {
  return (original) => {
    function patched(this: unknown, task: unknown, ...rest: unknown[]): unknown {
      const owner = ownerHere(patched);
      if (owner === undefined || typeof task !== "function") {
        return beginUnowned(patched, () => original.call(this, task, ...rest));
      }
      const owned = new OwnedTimer(owner, new Caller(patched, DIRECT), end);
      const fire = function (this: unknown, ...args: unknown[]): unknown {
        owned.fired();
        return leftBehind(owner, () => Reflect.apply(task, this, args));
      };
      return owned.hold(original.call(this, fire, ...rest));
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
    function patched(this: unknown, task: unknown, ...rest: unknown[]): unknown {
      const owner = ownerHere(patched);
      if (owner === undefined || typeof task !== "function") {
        return beginUnowned(patched, () => original.call(this, task, ...rest));
      }
      const fire = function (this: unknown, ...args: unknown[]): unknown {
        return leftBehind(owner, () => Reflect.apply(task, this, args));
      };
      const owned = new OwnedTimer(owner, new Caller(patched, DIRECT), end);
      return owned.hold(original.call(this, fire, ...rest));
    };
}

/** The functions that clear any of them. */
export function clearing(original: HostFunction): HostFunction {
  return function patched(this: unknown, timer: unknown): unknown {
    timerOf(timer)?.over();
    return original.call(this, timer);
  };
}

/** What timers have methods for, which clears or restarts them or tells their number. */
export const timerMethods: readonly (readonly [name: string | symbol, make: Replacing])[] = [
  ["close", clearingItself],
  [Symbol.dispose, clearingItself],
  ["refresh", restarting],
  [Symbol.toPrimitive, numbering],
];

function clearingItself(original: HostFunction): HostFunction {
  return function patched(this: unknown): unknown {
    timerOf(this)?.over();
    return original.call(this);
  };
}

function restarting(original: HostFunction): HostFunction {
  return function patched(this: unknown): unknown {
    return timerOf(this)?.restart() === false ? this : original.call(this);
  };
}

function numbering(original: HostFunction): HostFunction {
  return function patched(this: unknown, ...args: unknown[]): unknown {
    const number: unknown = original.apply(this, args);
    timerOf(this)?.number(Number(number));
    return number;
  };
}
