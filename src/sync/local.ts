import { show } from "../fiber/body.ts";
import { Attributes, type Fill } from "./local-attributes.ts";

/** What an instance of `Local` has beside the attributes. */
export interface Local {
  /** Another Local, in which the running fiber begins with the attributes that it has in this one. */
  copy(): this;
}

/** The ways to make a Local; the second one is that of subclasses. */
export interface LocalConstructor {
  // biome-ignore lint/suspicious/noExplicitAny: without a type, attributes are as untyped as in Python
  new <T extends Record<string, any>>(init?: T | (() => T)): Local & T;
  new (...args: unknown[]): Local;
  readonly prototype: Local;
}

/** A Local that is being constructed once more, for another fiber. */
interface Again {
  readonly target: object;
  readonly bag: object;
}

let again: Again | undefined;

/** How each Local was made, for its copies. */
const made = new WeakMap<object, () => object>();

/**
 * An object whose attributes are each fiber's own: what one sets is `undefined`
 * in all others and in the main program, and is freed with its end. A greenlet
 * other than a fiber's own has its own as well.
 *
 * `new Local<{ user?: string }>()` has typed attributes. Given an object, every
 * fiber begins with a shallow copy of it; given a function, with what that makes.
 * A subclass is constructed once more for each fiber that touches it, with the
 * arguments that it passes on to `super`; a `#private` field is one for all.
 *
 * In an Effect program use a `Context.Reference`: that runs on fibers of Effect's
 * own.
 *
 * gevent: `gevent.local.local`; threading: `threading.local`.
 *
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { Local } from "fibril/local";
 *
 * const local = new Local({ visits: 0 });
 * function* visit(name: string, times: number) {
 *   for (let i = 0; i < times; i++) {
 *     local.visits++;
 *     yield* sleep(1);
 *   }
 *   console.log(name, local.visits);
 * }
 * spawn(visit, "Ann", 1); // -> Ann 1
 * spawn(visit, "Bob", 2); // -> Bob 2
 * ```
 */
export const Local: LocalConstructor = class Local {
  constructor(...args: unknown[]) {
    const target = new.target;
    if (again?.target === target) {
      const { bag } = again;
      again = undefined;
      // biome-ignore lint/correctness/noConstructorReturn: the subclass fills it, as it did the first
      return bag as this;
    }
    const isPlain = target === Local;
    const fill = isPlain ? filledBy(args[0]) : (bag: object) => constructAgain(target, args, bag);
    const attributes = new Attributes(target.prototype, fill);
    if (!isPlain) attributes.begin();
    const local = new Proxy(Object.create(target.prototype), attributes);
    made.set(local, () => Reflect.construct(target, args));
    // biome-ignore lint/correctness/noConstructorReturn: what is done to it goes to the running fiber's attributes
    return local;
  }

  copy(): this {
    const copy = made.get(this)?.() as this;
    for (const key of Reflect.ownKeys(copy)) Reflect.deleteProperty(copy, key);
    return Object.defineProperties(copy, Object.getOwnPropertyDescriptors(this));
  }
} as never;

function filledBy(init: unknown): Fill {
  if (typeof init === "function") return (bag) => Object.assign(bag, init());
  if ((typeof init === "object" && init !== null) || init === undefined)
    return (bag) => Object.assign(bag, init);
  throw new TypeError(
    `Cannot make a Local of ${show(init)}: pass an object of attributes, or a function that makes one`,
  );
}

function constructAgain(target: new () => object, args: unknown[], bag: object): void {
  const outer = again;
  again = { target, bag };
  try {
    Reflect.construct(target, args);
  } finally {
    again = outer;
  }
}
