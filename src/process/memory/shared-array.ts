import { checkOptions } from "../../fiber/limits.ts";
import { opened, shareable } from "../handles.ts";
import type { OwnedLock } from "../sync/owned-lock.ts";
import { type GuardOptions, lockFor, lockOf } from "./guard.ts";
import { Items, type PackedItems } from "./items.ts";
import { itemsOf, makeItems, OpenArray } from "./open-array.ts";
import { type RawArray, rawArrayOf } from "./raw-array.ts";
import type { ItemOf, Typecode } from "./typecodes.ts";

/** All of a SharedArray, whether it was made in this process or in another. */
abstract class OpenSharedArray<C extends Typecode> extends OpenArray<C> {
  /** The same items without the lock. */
  getObj(): RawArray<C> {
    return rawArrayOf(itemsOf(this)) as RawArray<C>;
  }
}

/**
 * Numbers or characters in memory that processes share: nothing is copied when it
 * goes to another process. Each item is read and written in one piece; for changes
 * of several steps there is a lock.
 *
 * multiprocessing: `multiprocessing.Array`.
 *
 * @example
 * ```ts
 * import { Process, SharedArray } from "fibril/process";
 *
 * export function negate(numbers: SharedArray<"i">) {
 *   for (let i = 0; i < numbers.length; i++) numbers.set(i, -numbers.get(i));
 * }
 * async function main() {
 *   const numbers = new SharedArray("i", [1, 2, 3]);
 *   const process = new Process({ target: negate, args: [numbers] });
 *   process.start();
 *   await process.join();
 *   console.log([...numbers].join(" ")); // -> -1 -2 -3
 *   console.log(numbers.array instanceof Int32Array); // -> true
 * }
 * if (import.meta.main) void main();
 * ```
 */
export class SharedArray<C extends Typecode> extends OpenSharedArray<C> {
  /**
   * @param sizeOrValues how many zeros, or the items.
   * @throws TypeError or RangeError for what is no typecode, size or lock, and items that are not of the typecode.
   */
  constructor(typecode: C, sizeOrValues: number | Iterable<ItemOf<C>>, options?: GuardOptions) {
    checkOptions(options, "make a SharedArray");
    super(makeItems(typecode, sizeOrValues, "a SharedArray"), lockFor(options, "a SharedArray"));
  }
}

interface Packed {
  readonly items: PackedItems;
  readonly lock: OwnedLock | undefined;
}

shareable(
  SharedArray,
  "SharedArray",
  import.meta.url,
  (array: SharedArray<Typecode>): Packed => ({
    items: itemsOf(array).pack(),
    lock: lockOf(array),
  }),
  ({ items, lock }): SharedArray<Typecode> =>
    opened(SharedArray, OpenSharedArray, Items.open(items), lock),
);
