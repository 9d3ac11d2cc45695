import type { Wait } from "../../../fiber/wait.ts";
import { type Asked, asked } from "../asked.ts";
import { call, Proxied } from "../proxied.ts";
import { naming, withName } from "../with-name.ts";

/**
 * A list in a manager's server: an Array whose methods are Waits, each one step
 * there. Indices below 0 count from its end. Items are copied in and out.
 *
 * multiprocessing: `multiprocessing.managers.ListProxy`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { Manager } from "fibril/process";
 *
 * spawn(function* () {
 *   const manager = yield* Manager();
 *   const list = yield* manager.list([3, 1, 2]);
 *   yield* list.push(5, 4);
 *   yield* list.sort();
 *   console.log(yield* list.toArray(), yield* list.length); // -> [ 1, 2, 3, 4, 5 ] 5
 *   yield* manager.shutdown();
 * });
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: as for an empty array
export class ListProxy<T = any> extends Proxied {
  at(index: number): Wait<T | undefined> {
    return call(this, "at", [index]);
  }

  /** As `at`. */
  get(index: number): Wait<T | undefined> {
    return this.at(index);
  }

  /** Throws RangeError where there is no such item. */
  set(index: number, value: T): Wait<void> {
    return call(this, "set", [index, value]);
  }

  /** Gives the new length. */
  push(...items: T[]): Wait<number> {
    return call(this, "push", items);
  }

  /** As `push`. multiprocessing: `append`. */
  append(item: T): Wait<number> {
    return this.push(item);
  }

  /** Takes an item out, the last one unless it is said which. Throws RangeError where there is none. */
  pop(index = -1): Wait<T> {
    return call(this, "pop", [index]);
  }

  shift(): Wait<T> {
    return call(this, "shift", []);
  }

  unshift(...items: T[]): Wait<number> {
    return call(this, "unshift", items);
  }

  insert(index: number, item: T): Wait<void> {
    return call(this, "insert", [index, item]);
  }

  /** Takes the first item out that is equal to `value`. Throws RangeError if none is. */
  remove(value: T): Wait<void> {
    return call(this, "remove", [value]);
  }

  /** -1: none is equal to `value`. */
  indexOf(value: T): Wait<number> {
    return call(this, "indexOf", [value]);
  }

  includes(value: T): Wait<boolean> {
    return call(this, "includes", [value]);
  }

  count(value: T): Wait<number> {
    return call(this, "count", [value]);
  }

  get length(): Asked<number> {
    return asked(call(this, "length", []));
  }

  slice(start?: number, end?: number): Wait<T[]> {
    return call(this, "slice", [start, end]);
  }

  /** Gives what was taken out. */
  splice(start: number, count: number, ...items: T[]): Wait<T[]> {
    return call(this, "splice", [start, count, ...items]);
  }

  toArray(): Wait<T[]> {
    return call(this, "toArray", []);
  }

  /** In their natural order, numbers by their size; by `compare`, it runs in the server. */
  sort(compare?: (a: T, b: T) => number): Wait<void> {
    if (compare === undefined) return call(this, "sort", []);
    return withName(naming(compare, ListProxy.prototype.sort), (ref) =>
      call(this, "sortBy", [ref]),
    );
  }

  reverse(): Wait<void> {
    return call(this, "reverse", []);
  }

  extend(items: Iterable<T>): Wait<void> {
    return call(this, "extend", [[...items]]);
  }

  clear(): Wait<void> {
    return call(this, "clear", []);
  }

  /** Adds to an item, and gives what it is then. */
  increment(index: number, by = 1): Wait<number> {
    return call(this, "increment", [index, by]);
  }

  /** Sets an item to what `by` makes of it, and gives that: it runs in the server, in one step. */
  update<Args extends unknown[]>(
    index: number,
    by: (value: T, ...args: Args) => T,
    ...args: Args
  ): Wait<T> {
    return withName(naming(by, ListProxy.prototype.update), (ref) =>
      call(this, "updateBy", [index, ref, args]),
    );
  }

  /** Sets an item if it is still the expected one, and says whether. */
  compareAndSet(index: number, expected: T, value: T): Wait<boolean> {
    return call(this, "compareAndSet", [index, expected, value]);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    yield* await this.toArray();
  }
}
