import type { Items } from "./items.ts";
import type { ItemOf, Typecode } from "./typecodes.ts";

/** The item of a value, for handles. */
export let itemsOf: (value: OpenValue<Typecode>) => Items;

/** One number or character, whether its memory was made in this process or in another. */
export abstract class OpenValue<C extends Typecode> {
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
