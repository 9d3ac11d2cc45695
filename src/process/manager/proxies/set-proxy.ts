import type { Wait } from "../../../fiber/wait.ts";
import { type Asked, asked } from "../asked.ts";
import { call, Proxied } from "../proxied.ts";

/**
 * A set in a manager's server: a Set whose methods are Waits, each one step there.
 * Its items are numbers, strings and other values that are no objects.
 *
 * multiprocessing: `multiprocessing.managers.SetProxy`, of Python 3.14.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { Manager } from "fibril/process";
 *
 * spawn(function* () {
 *   const manager = yield* Manager();
 *   const seen = yield* manager.set(["a"]);
 *   console.log(yield* seen.add("a"), yield* seen.add("b"), yield* seen.size); // -> false true 2
 *   yield* manager.shutdown();
 * });
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: as for an empty `new Set()`
export class SetProxy<T = any> extends Proxied {
  /** Whether it was not there before: two processes that add it are told apart by that. */
  add(item: T): Wait<boolean> {
    return call(this, "add", [item]);
  }

  has(item: T): Wait<boolean> {
    return call(this, "has", [item]);
  }

  /** Whether it was there. */
  delete(item: T): Wait<boolean> {
    return call(this, "delete", [item]);
  }

  /** Takes one out. Throws RangeError if there is none. */
  pop(): Wait<T> {
    return call(this, "pop", []);
  }

  clear(): Wait<void> {
    return call(this, "clear", []);
  }

  get size(): Asked<number> {
    return asked(call(this, "size", []));
  }

  values(): Wait<T[]> {
    return call(this, "values", []);
  }

  /** All of it, as it is now. */
  copy(): Wait<Set<T>> {
    return call(this, "copy", []);
  }

  /** Adds all these items in one step. */
  update(items: Iterable<T>): Wait<void> {
    return call(this, "update", [[...items]]);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    yield* await this.values();
  }
}
