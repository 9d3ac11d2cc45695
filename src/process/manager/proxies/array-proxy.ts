import type { Wait } from "../../../fiber/wait.ts";
import { type Asked, asked } from "../asked.ts";
import { call, Proxied } from "../proxied.ts";

/**
 * So many values in a manager's server. Indices below 0 count from its end.
 *
 * multiprocessing: `multiprocessing.managers.ArrayProxy`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { Manager } from "fibril/process";
 *
 * spawn(function* () {
 *   const manager = yield* Manager();
 *   const array = yield* manager.SharedArray("i", [5, 6, 7]);
 *   yield* array.set(0, 1);
 *   console.log(yield* array.toArray(), yield* array.length); // -> [ 1, 6, 7 ] 3
 *   yield* manager.shutdown();
 * });
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: as Python's, which holds anything
export class ArrayProxy<T = any> extends Proxied {
  /** Throws RangeError where there is no such item. */
  get(index: number): Wait<T> {
    return call(this, "get", [index]);
  }

  set(index: number, value: T): Wait<void> {
    return call(this, "set", [index, value]);
  }

  get length(): Asked<number> {
    return asked(call(this, "length", []));
  }

  slice(start?: number, end?: number): Wait<T[]> {
    return call(this, "slice", [start, end]);
  }

  toArray(): Wait<T[]> {
    return this.slice();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    yield* await this.toArray();
  }
}
