import { type Belonging, keep } from "./belongings.ts";
import { builtin } from "./builtin.ts";
import { Caller } from "./caller.ts";
import type { HostFunction } from "./function-shape.ts";
import { ownerHere } from "./owner.ts";
import { PatchedModule } from "./patched-module.ts";
import { abortableCall } from "./promise-call.ts";

type Timers = Record<string, HostFunction>;

/** Timers end with their fiber, unless a package set them. */
export const timersModule: PatchedModule = new PatchedModule("timers", (module) => {
  const promises = builtin<Timers>("timers/promises");
  module.replace(
    promises,
    "setTimeout",
    abortableCall(2, ([delay]) => `setTimeout(${delay})`),
  );
  module.replace(
    promises,
    "setImmediate",
    abortableCall(1, () => "setImmediate"),
  );
  const { scheduler } = promises as { readonly scheduler?: object };
  if (scheduler !== undefined) {
    const prototype = Object.getPrototypeOf(scheduler) as object;
    module.replace(
      prototype,
      "wait",
      abortableCall(1, ([delay]) => `scheduler.wait(${delay})`),
    );
  }
  const timers = builtin<Timers>("timers");
  for (const place of [globalThis as unknown as Timers, timers]) {
    module.replace(place, "setTimeout", settingOnce(promises["setTimeout"]));
    module.replace(place, "setImmediate", settingOnce(promises["setImmediate"]));
    module.replace(place, "setInterval", setting);
    module.replaceAll(place, ["clearTimeout", "clearInterval", "clearImmediate"], clearing);
  }
});

/** The fiber's timers that have neither fired nor been cleared. */
const pending = new Map<unknown, OwnedTimer>();

class OwnedTimer implements Belonging {
  readonly #caller: Caller;
  #release: () => void = () => {};
  #timer: unknown;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** @param begin sets the timer. */
  static set(caller: Caller, begin: (owned: OwnedTimer) => unknown): unknown {
    const owner = ownerHere();
    const owned = new OwnedTimer(caller);
    owned.#timer = begin(owned);
    if (owner !== undefined) owned.#release = keep(owner, owned);
    pending.set(owned.#timer, owned);
    return owned.#timer;
  }

  over(): void {
    pending.delete(this.#timer);
    this.#release();
  }

  abandon(): void {
    if (this.#caller.isPackage) return;
    // Any of the three ends each kind, in the hosts that we know.
    clearTimeout(this.#timer as number);
    clearImmediate(this.#timer as never);
    pending.delete(this.#timer);
  }
}

/** `promised` is what `util.promisify` makes of it. */
function settingOnce(promised: HostFunction | undefined): (original: HostFunction) => HostFunction {
  return (original) => {
    function patched(this: unknown, task: unknown, ...rest: unknown[]): unknown {
      if (ownerHere() === undefined || typeof task !== "function") {
        return Reflect.apply(original, this, [task, ...rest]);
      }
      return OwnedTimer.set(new Caller(patched), (owned) => {
        const fire = function (this: unknown, ...args: unknown[]): unknown {
          owned.over();
          return Reflect.apply(task, this, args);
        };
        return Reflect.apply(original, this, [fire, ...rest]);
      });
    }
    const { promisify } = builtin<{ promisify: { custom: symbol } }>("util");
    if (promised !== undefined)
      Object.defineProperty(patched, promisify.custom, { value: promised });
    return patched;
  };
}

function setting(original: HostFunction): HostFunction {
  return function patched(this: unknown, ...args: unknown[]): unknown {
    if (ownerHere() === undefined) return original.apply(this, args);
    return OwnedTimer.set(new Caller(patched), () => original.apply(this, args));
  };
}

function clearing(original: HostFunction): HostFunction {
  return function patched(this: unknown, timer: unknown): unknown {
    if (pending.size > 0) pending.get(timer)?.over();
    return original.call(this, timer);
  };
}
