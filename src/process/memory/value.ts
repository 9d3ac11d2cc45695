import { checkOptions } from "../../fiber/limits.ts";
import { opened, shareable } from "../handles.ts";
import type { OwnedLock } from "../sync/owned-lock.ts";
import { Guarded, type GuardOptions, lockFor, lockOf } from "./guard.ts";
import { Items, type PackedItems } from "./items.ts";
import { type RawValue, rawValueOf } from "./raw-value.ts";
import type { ItemOf, Typecode } from "./typecodes.ts";

let itemsOf: (value: OpenValue<Typecode>) => Items;

/** All of a Value, whether it was made in this process or in another. */
abstract class OpenValue<C extends Typecode> extends Guarded {
  readonly #items: Items;

  static {
    itemsOf = (value) => value.#items;
  }

  constructor(items: Items, lock: OwnedLock | undefined) {
    super(lock);
    this.#items = items;
  }

  get typecode(): C {
    return this.#items.code as C;
  }

  /**
   * Read and written in one piece. `value.value += 1` is a read and a write: hold the
   * lock meanwhile, or take an AtomicValue.
   *
   * @throws TypeError for an item that is not of the typecode, RangeError for one that does not fit.
   */
  get value(): ItemOf<C> {
    return this.#items.get(0) as ItemOf<C>;
  }

  set value(item: ItemOf<C>) {
    this.#items.set(0, item);
  }

  /** The same value without the lock. */
  getObj(): RawValue<C> {
    return rawValueOf(this.#items) as RawValue<C>;
  }
}

/**
 * One number or character in memory that processes share, with a lock for changes
 * of several steps.
 *
 * multiprocessing: `multiprocessing.Value`, which lets what does not fit wrap silently.
 *
 * @example
 * ```ts
 * import { Process, Value } from "fibril/process";
 *
 * export function* deposit(balance: Value<"d">, amount: number) {
 *   yield* balance.use(() => {
 *     balance.value += amount;
 *   });
 * }
 * async function main() {
 *   const balance = new Value("d", 100);
 *   const processes = [10, 20].map((n) => new Process({ target: deposit, args: [balance, n] }));
 *   for (const process of processes) process.start();
 *   for (const process of processes) await process.join();
 *   console.log(balance.value); // -> 130
 * }
 * if (import.meta.main) void main();
 * ```
 */
export class Value<C extends Typecode> extends OpenValue<C> {
  /** @throws TypeError or RangeError for what is no typecode, an item that is not of it, or no lock. */
  constructor(typecode: C, initial?: ItemOf<C>, options?: GuardOptions) {
    checkOptions(options, "make a Value");
    const items = Items.make(typecode, 1);
    if (initial !== undefined) items.set(0, initial);
    super(items, lockFor(options, "a Value"));
  }
}

interface Packed {
  readonly items: PackedItems;
  readonly lock: OwnedLock | undefined;
}

shareable(
  Value,
  "Value",
  import.meta.url,
  (value: Value<Typecode>): Packed => ({ items: itemsOf(value).pack(), lock: lockOf(value) }),
  ({ items, lock }): Value<Typecode> => opened(Value, OpenValue, Items.open(items), lock),
);
