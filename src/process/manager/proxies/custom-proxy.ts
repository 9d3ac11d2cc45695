import type { Wait } from "../../../fiber/wait.ts";
import { call, Proxied } from "../proxied.ts";

/** The proxy of an object of class `T`: its methods, each as a Wait for what it gives. */
export type ProxyOf<T> = Proxied & {
  readonly [K in keyof T as T[K] extends (...args: never[]) => unknown ? K : never]: T[K] extends (
    ...args: infer Args
  ) => infer A
    ? (...args: Args) => Wait<Settled<A>, unknown>
    : never;
};

/** What is left of a result when it has been waited for. */
type Settled<A> =
  A extends PromiseLike<infer B> ? B : A extends Generator<unknown, infer B, never> ? B : A;

const known: Map<string, typeof Proxied> = new Map();

/** The class of proxies for objects with these methods. */
export function customClass(typeid: string, exposed: readonly string[]): typeof Proxied {
  const key = JSON.stringify([typeid, ...exposed]);
  let type = known.get(key);
  if (type === undefined) {
    type = class extends Proxied {};
    for (const method of exposed) defineMethod(type, method);
    known.set(key, type);
  }
  return type;
}

function defineMethod(type: typeof Proxied, method: string): void {
  // An object with `then` would be taken for a Promise by whoever awaits it.
  if (method === "then" || method === "constructor") return;
  const value = function (this: Proxied, ...args: unknown[]): Wait<unknown> {
    return call(this, method, args);
  };
  Object.defineProperty(type.prototype, method, { value, configurable: true, writable: true });
}
