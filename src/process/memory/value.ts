import { checkOptions } from "../../fiber/limits.ts";
import { opened, shareable } from "../handles.ts";
import type { OwnedLock } from "../sync/owned-lock.ts";
import { Guarded, type GuardOptions, lockFor, lockOf } from "./guard.ts";
import { RawValue } from "./raw-value.ts";
import type { ItemOf, Typecode } from "./typecodes.ts";

let rawOf: <C extends Typecode>(value: GuardedValue<C>) => RawValue<C>;

/** All of a Value, whether it was made in this process or in another. */
abstract class GuardedValue<C extends Typecode> extends Guarded {
  readonly #raw: RawValue<C>;

  static {
    rawOf = (value) => value.#raw;
  }

  constructor(raw: RawValue<C>, lock: OwnedLock | undefined) {
    super(lock);
    this.#raw = raw;
  }

  get typecode(): C {
    return this.#raw.typecode;
  }

  /**
   * Read and written in one piece. `value.value += 1` is a read and a write: hold the
   * lock meanwhile, or take an AtomicValue.
   *
   * @throws TypeError for an item that is not of the typecode, RangeError for one that does not fit.
   */
  get value(): ItemOf<C> {
    return this.#raw.value;
  }

  set value(item: ItemOf<C>) {
    this.#raw.value = item;
  }

  /** The same value without the lock. */
  getObj(): RawValue<C> {
    return this.#raw;
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
export class Value<C extends Typecode> extends GuardedValue<C> {
  /** @throws TypeError or RangeError for what is no typecode, an item that is not of it, or no lock. */
  constructor(typecode: C, initial?: ItemOf<C>, options?: GuardOptions) {
    checkOptions(options, "make a Value");
    super(new RawValue(typecode, initial), lockFor(options, "a Value"));
  }
}

interface Packed {
  readonly raw: RawValue<Typecode>;
  readonly lock: OwnedLock | undefined;
}

shareable(
  Value,
  "Value",
  import.meta.url,
  (value: Value<Typecode>): Packed => ({ raw: rawOf(value), lock: lockOf(value) }),
  ({ raw, lock }): Value<Typecode> => opened(Value, GuardedValue, raw, lock),
);
