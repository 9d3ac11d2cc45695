import type { Wait } from "../../../fiber/wait.ts";
import type { Link } from "../link.ts";
import type { Reference } from "../protocol.ts";
import { call, Proxied, tell } from "../proxied.ts";

/**
 * Attributes in a manager's server: `namespace.name` is a Wait for the value, and
 * `namespace.name = value` sets it at once; what is read after that has it. By the
 * methods also names that a method has, and the errors of a set. Names that begin
 * with `_` stay here.
 *
 * multiprocessing: `multiprocessing.managers.NamespaceProxy`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { Manager } from "fibril/process";
 *
 * spawn(function* () {
 *   const manager = yield* Manager();
 *   const shared = yield* manager.Namespace({ x: 1, y: "one" });
 *   shared.y = "two";
 *   console.log(yield* shared.x, yield* shared.y); // -> 1 two
 *   yield* manager.shutdown();
 * });
 * ```
 */
export class NamespaceProxy extends Proxied {
  /** @internal */
  constructor(reference: Reference, link: Link) {
    super(reference, link);
    // biome-ignore lint/correctness/noConstructorReturn: attributes have any name
    return new Proxy(this, ATTRIBUTES);
  }

  /** Throws ReferenceError where there is no such attribute. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever was set
  get<A = any>(name: string): Wait<A> {
    return call(this, "get", [name]);
  }

  set(name: string, value: unknown): Wait<void> {
    return call(this, "set", [name, value]);
  }

  has(name: string): Wait<boolean> {
    return call(this, "has", [name]);
  }

  /** Whether it was there. */
  delete(name: string): Wait<boolean> {
    return call(this, "delete", [name]);
  }

  entries(): Wait<[string, unknown][]> {
    return call(this, "entries", []);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: read it is a Wait, written a value: of that only the program knows
export type Attributes<A extends object = object> = { [K in keyof A]: any } & {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  [name: string]: any;
};

const ATTRIBUTES: ProxyHandler<NamespaceProxy> = {
  get: (target, name) => {
    if (isLocal(name) || name === "then" || name in target) return Reflect.get(target, name);
    return target.get(name);
  },
  set: (target, name, value) => {
    if (isLocal(name)) return Reflect.set(target, name, value);
    tell(target, "set", [name, value]);
    return true;
  },
  deleteProperty: (target, name) => {
    if (isLocal(name)) return Reflect.deleteProperty(target, name);
    tell(target, "delete", [name]);
    return true;
  },
};

function isLocal(name: string | symbol): name is symbol {
  return typeof name === "symbol" || name.startsWith("_");
}
