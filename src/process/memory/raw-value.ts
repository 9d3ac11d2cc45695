import { opened, shareable } from "../handles.ts";
import { Items } from "./items.ts";
import { itemsOf, OpenValue } from "./open-value.ts";
import type { ItemOf, Typecode } from "./typecodes.ts";

/**
 * One number or character in memory that processes share, without a lock.
 *
 * multiprocessing: `multiprocessing.RawValue`.
 *
 * @example
 * ```ts
 * import { RawValue } from "fibril/process";
 *
 * const level = new RawValue("B", 7);
 * level.value += 1;
 * console.log(level.value); // -> 8
 * ```
 */
export class RawValue<C extends Typecode> extends OpenValue<C> {
  /** @throws TypeError or RangeError for what is no typecode, or an item that is not of it. */
  constructor(typecode: C, initial?: ItemOf<C>) {
    super(Items.makeOne(typecode, initial));
  }
}

shareable(
  RawValue,
  "RawValue",
  import.meta.url,
  (value: RawValue<Typecode>) => itemsOf(value).pack(),
  (packed): RawValue<Typecode> => opened(RawValue, OpenValue, Items.open(packed)),
);
