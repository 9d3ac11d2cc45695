import type { FiberCore } from "../fiber/core.ts";
import type { Observer } from "../fiber/fiber-state.ts";
import { asyncOwner } from "../fiber/owner.ts";
import type { Strands } from "../fiber/strands.ts";
import { hub } from "../scheduler/hub.ts";

/** Gives a fiber that comes for the first time its attributes. */
export type Fill = (bag: object) => void;

/** What each fiber has of each Local: gone with the one as with the other. */
const kept = new WeakMap<object, WeakMap<Attributes, object>>();

/** Whose attributes those are of code that runs in no fiber. */
const program = {};

/** A handle of a dead fiber may be kept for long: its attributes are not. */
const forget: Observer = {
  observes: false,
  prompt: true,
  settled: (fiber) => void kept.delete(fiber),
};

/**
 * Leads whatever is done to a Local to the attributes of the fiber that does it.
 * There is no trap for `set`: a proxy without one looks for setters along its
 * prototypes, and then defines the property.
 */
export class Attributes implements ProxyHandler<object> {
  readonly #prototype: object;
  readonly #fill: Fill;

  constructor(prototype: object, fill: Fill) {
    this.#prototype = prototype;
    this.#fill = fill;
  }

  /** Gives the running fiber attributes that its constructor is about to fill. */
  begin(): object {
    const bag = Object.create(this.#prototype);
    bagsOf(owner()).set(this, bag);
    return bag;
  }

  #here(): object {
    const bags = bagsOf(owner());
    const found = bags.get(this);
    if (found !== undefined) return found;
    const bag = this.begin();
    try {
      this.#fill(bag);
    } catch (error) {
      bags.delete(this);
      throw error;
    }
    return bag;
  }

  get(_: object, key: PropertyKey, local: unknown): unknown {
    return Reflect.get(this.#here(), key, local);
  }

  has(_: object, key: PropertyKey): boolean {
    return Reflect.has(this.#here(), key);
  }

  deleteProperty(_: object, key: PropertyKey): boolean {
    return Reflect.deleteProperty(this.#here(), key);
  }

  ownKeys(): (string | symbol)[] {
    return Reflect.ownKeys(this.#here());
  }

  getOwnPropertyDescriptor(_: object, key: PropertyKey): PropertyDescriptor | undefined {
    return Reflect.getOwnPropertyDescriptor(this.#here(), key);
  }

  /** What can't be configured would have to be there in every fiber, says the language. */
  defineProperty(_: object, key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    if (descriptor.configurable === false) return false;
    return Reflect.defineProperty(this.#here(), key, { ...descriptor, configurable: true });
  }

  preventExtensions(): boolean {
    return false;
  }
}

function bagsOf(owner: object): WeakMap<Attributes, object> {
  const found = kept.get(owner);
  if (found !== undefined) return found;
  const bags = new WeakMap<Attributes, object>();
  kept.set(owner, bags);
  if ("observe" in owner && !(owner as FiberCore).dead) (owner as FiberCore).observe(forget);
  return bags;
}

/** Who has attributes: the greenlet that runs, the fiber where that is the fiber's own, or the program. */
function owner(): object {
  const running = hub.current as FiberCore | undefined;
  const strands = running?.extra?.coroutine as Strands | undefined;
  if (strands !== undefined && strands.current !== strands.root) return strands.current;
  // A guest stands for whoever awaits.
  const fiber = running?.isGuest === true ? running.owner : (running ?? asyncOwner());
  return fiber ?? program;
}
