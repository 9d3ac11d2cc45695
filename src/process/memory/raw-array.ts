import { opened, shareable } from "../handles.ts";
import { Items } from "./items.ts";
import { itemsOf, makeItems, OpenArray } from "./open-array.ts";
import type { ItemOf, Typecode } from "./typecodes.ts";

/**
 * Numbers or characters in memory that processes share, without a lock.
 *
 * multiprocessing: `multiprocessing.RawArray`.
 *
 * @example
 * ```ts
 * import { RawArray } from "fibril/process";
 *
 * const text = new RawArray("c", 8);
 * text.value = "hello";
 * console.log(text.value, text.get(-1) === "\0"); // -> hello true
 * ```
 */
export class RawArray<C extends Typecode> extends OpenArray<C> {
  /**
   * @param sizeOrValues how many zeros, or the items.
   * @throws TypeError or RangeError for what is no typecode or size, and items that are not of the typecode.
   */
  constructor(typecode: C, sizeOrValues: number | Iterable<ItemOf<C>>) {
    super(makeItems(typecode, sizeOrValues, "a RawArray"), undefined);
  }
}

/** The RawArray of items that are there. */
export function rawArrayOf(items: Items): RawArray<Typecode> {
  return opened(RawArray, OpenArray, items, undefined);
}

shareable(
  RawArray,
  "RawArray",
  import.meta.url,
  (array: RawArray<Typecode>) => itemsOf(array).pack(),
  (packed) => rawArrayOf(Items.open(packed)),
);
