import { script, type Wait, type Yieldable } from "../../../fiber/wait.ts";
import { type Asked, asked } from "../asked.ts";
import { call, Proxied } from "../proxied.ts";
import { naming, withName } from "../with-name.ts";

/** Entries to put in: an object, a Map, or pairs. */
export type Entries<K, V> = Iterable<readonly [K, V]> | Readonly<Record<string, V>>;

/**
 * A dict in a manager's server: a Map whose methods are Waits. Each is one step
 * there, so `increment`, `update` by a function, `setDefault`, `pop` and
 * `compareAndSet` lose nothing to other processes. Values are copied in and out:
 * to change what is in one, put it in again, or put a proxy in.
 *
 * multiprocessing: `multiprocessing.managers.DictProxy`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { Manager } from "fibril/process";
 *
 * spawn(function* () {
 *   const manager = yield* Manager();
 *   const ages = yield* manager.dict<string, number>({ ann: 41 });
 *   yield* ages.set("bob", 30);
 *   yield* ages.increment("ann");
 *   yield* ages.update("bob", (age) => (age ?? 0) * 2);
 *   console.log(yield* ages.entries()); // -> [ [ "ann", 42 ], [ "bob", 60 ] ]
 *   yield* manager.shutdown();
 * });
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: as for an empty `new Map()`
export class DictProxy<K = any, V = any> extends Proxied {
  get(key: K): Wait<V | undefined> {
    return call(this, "get", [key]);
  }

  set(key: K, value: V): Wait<void> {
    return call(this, "set", [key, value]);
  }

  has(key: K): Wait<boolean> {
    return call(this, "has", [key]);
  }

  /** Whether it was there. */
  delete(key: K): Wait<boolean> {
    return call(this, "delete", [key]);
  }

  clear(): Wait<void> {
    return call(this, "clear", []);
  }

  get size(): Asked<number> {
    return asked(call(this, "size", []));
  }

  keys(): Wait<K[]> {
    return call(this, "keys", []);
  }

  values(): Wait<V[]> {
    return call(this, "values", []);
  }

  entries(): Wait<[K, V][]> {
    return call(this, "entries", []);
  }

  /** multiprocessing: `items`. */
  items(): Wait<[K, V][]> {
    return this.entries();
  }

  /** All of it, as it is now. */
  copy(): Wait<Map<K, V>> {
    return call(this, "copy", []);
  }

  /** Puts all these entries in, in one step. */
  update(entries: Entries<K, V>): Wait<void>;
  /**
   * Sets the key to what `by` makes of its value, and gives that. The function runs
   * in the server, in one step: it must be exported, or use nothing from around it.
   */
  update<Args extends unknown[]>(
    key: K,
    by: (value: V | undefined, ...args: Args) => V,
    ...args: Args
  ): Wait<V>;
  update(first: unknown, by?: (...args: never[]) => unknown, ...args: unknown[]): Wait<unknown> {
    if (by === undefined) return call(this, "update", [entriesOf(first as Entries<K, V>)]);
    return withName(naming(by, DictProxy.prototype.update), (ref) =>
      call(this, "updateBy", [first, ref, args]),
    );
  }

  /** Takes the value out. Without the key: `fallback`, or an error if there is none. */
  pop(key: K, ...fallback: [V] | []): Wait<V> {
    return script(() => pop<V>(this, key, fallback)) as Wait<V>;
  }

  /** Takes out what was put in last; undefined if there is nothing. */
  popItem(): Wait<[K, V] | undefined> {
    return call(this, "popItem", []);
  }

  /** The value; where there is none it is set to this one first. */
  setDefault(key: K, value: V): Wait<V> {
    return call(this, "setDefault", [key, value]);
  }

  /** Adds to the value, 0 if there is none, and gives what it is then. */
  increment(key: K, by = 1): Wait<number> {
    return call(this, "increment", [key, by]);
  }

  /** Sets the value if it is still the expected one (equal data; `undefined`: none), and says whether. */
  compareAndSet(key: K, expected: V | undefined, value: V): Wait<boolean> {
    return call(this, "compareAndSet", [key, expected, value]);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<[K, V]> {
    yield* await this.entries();
  }
}

function* pop<V>(
  proxy: Proxied,
  key: unknown,
  fallback: readonly V[],
): Generator<Yieldable, V, never> {
  const found = yield* call<{ readonly value: V } | undefined>(proxy, "pop", [key]);
  if (found !== undefined) return found.value;
  if (fallback.length > 0) return fallback[0] as V;
  throw new RangeError(`Cannot pop ${String(key)} from a dict that does not have it`);
}

/** As pairs, of whichever form. */
export function entriesOf<K, V>(entries: Entries<K, V>): [K, V][] {
  if (entries === undefined || entries === null) return [];
  if (Symbol.iterator in entries) return [...(entries as Iterable<[K, V]>)];
  return Object.entries(entries) as [K, V][];
}
