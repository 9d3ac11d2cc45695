import { opened, shareable } from "../handles.ts";
import { Items } from "./items.ts";
import type { ItemOf, Typecode } from "./typecodes.ts";

let itemsOf: (value: OpenRawValue<Typecode>) => Items;

/** All of a RawValue, whether it was made in this process or in another. */
abstract class OpenRawValue<C extends Typecode> {
  readonly #items: Items;

  static {
    itemsOf = (value) => value.#items;
  }

  constructor(items: Items) {
    this.#items = items;
  }

  get typecode(): C {
    return this.#items.code as C;
  }

  /**
   * Read and written in one piece.
   *
   * @throws TypeError for an item that is not of the typecode, RangeError for one that does not fit.
   */
  get value(): ItemOf<C> {
    return this.#items.get(0) as ItemOf<C>;
  }

  set value(item: ItemOf<C>) {
    this.#items.set(0, item);
  }
}

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
export class RawValue<C extends Typecode> extends OpenRawValue<C> {
  /** @throws TypeError or RangeError for what is no typecode, or an item that is not of it. */
  constructor(typecode: C, initial?: ItemOf<C>) {
    const items = Items.make(typecode, 1);
    if (initial !== undefined) items.set(0, initial);
    super(items);
  }
}

/** The RawValue of an item that is there. */
export function rawValueOf(items: Items): RawValue<Typecode> {
  return opened(RawValue, OpenRawValue, items);
}

shareable(
  RawValue,
  "RawValue",
  import.meta.url,
  (value: RawValue<Typecode>) => itemsOf(value).pack(),
  (packed) => rawValueOf(Items.open(packed)),
);
