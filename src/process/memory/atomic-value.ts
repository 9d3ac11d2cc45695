import { opened, shareable } from "../handles.ts";
import { atomics, type ViewType, viewedAs } from "../shm/atomics.ts";
import { Items } from "./items.ts";
import { itemsOf, OpenValue } from "./open-value.ts";
import { type AnyView, type Format, formatOf, type ItemOf, type Typecode } from "./typecodes.ts";

/** What an AtomicValue can be. */
export type AtomicCode = Exclude<Typecode, "c" | "u">;

/** All of an AtomicValue, whether it was made in this process or in another. */
abstract class OpenAtomicValue<C extends AtomicCode> extends OpenValue<C> {
  readonly #format: Format;
  readonly #bits: Bits;

  constructor(items: Items) {
    super(items);
    this.#format = items.format;
    this.#bits = bitsOf(items.view);
  }

  /** Adds, and gives the value before. @throws RangeError, and changes nothing, if the sum does not fit. */
  add(amount: ItemOf<C>): ItemOf<C> {
    return this.#update((value) => this.#sum(value, amount));
  }

  /** Subtracts, and gives the value before. */
  sub(amount: ItemOf<C>): ItemOf<C> {
    return this.add(-(amount as number) as ItemOf<C>);
  }

  /** Keeps the bits that are in both, and gives the value before. For integers. */
  and(bits: ItemOf<C>): ItemOf<C> {
    return this.#update((value) => combined(value, bits, (a, b) => a & b));
  }

  /** Sets bits, and gives the value before. For integers. */
  or(bits: ItemOf<C>): ItemOf<C> {
    return this.#update((value) => combined(value, bits, (a, b) => a | b));
  }

  /** Turns bits over, and gives the value before. For integers. */
  xor(bits: ItemOf<C>): ItemOf<C> {
    return this.#update((value) => combined(value, bits, (a, b) => a ^ b));
  }

  /** Puts `value` in, and gives the one before. */
  exchange(value: ItemOf<C>): ItemOf<C> {
    return this.#update(() => value);
  }

  /** Puts `value` in if `expected` is there, and gives what was there. */
  compareExchange(expected: ItemOf<C>, value: ItemOf<C>): ItemOf<C> {
    return this.#update((found) => (isSame(found, expected) ? value : found));
  }

  /**
   * Puts in what `next` makes of the value, and gives that. `next` is called again
   * if another process was faster.
   */
  update(next: (value: ItemOf<C>) => ItemOf<C>): ItemOf<C> {
    let made: ItemOf<C> | undefined;
    this.#update((value) => (made = next(value)));
    return made as ItemOf<C>;
  }

  #update(next: (value: ItemOf<C>) => ItemOf<C>): ItemOf<C> {
    const format = this.#format;
    const { view, toRaw, toBits } = this.#bits;
    for (;;) {
      const from = atomics.load(view, 0);
      const value = format.decode(toRaw(from)) as ItemOf<C>;
      const to = toBits(format.encode(next(value)));
      if (atomics.compareExchange(view, 0, from, to) === from) return value;
    }
  }

  /** Of long ones a number may not be able to hold it. */
  #sum(value: ItemOf<C>, amount: ItemOf<C>): ItemOf<C> {
    const isLong = this.#format.kind === "long" && Number.isInteger(Number(amount));
    const total = isLong ? BigInt(value) + BigInt(amount) : (value as number) + (amount as number);
    return total as ItemOf<C>;
  }
}

/**
 * A number in memory that processes share, whose changes are one step each: nobody
 * needs a lock, and none is lost.
 *
 * @example
 * ```ts
 * import { AtomicValue, Process } from "fibril/process";
 *
 * export function count(hits: AtomicValue<"i">) {
 *   for (let i = 0; i < 1000; i++) hits.add(1);
 * }
 * async function main() {
 *   const hits = new AtomicValue("i", 0);
 *   const processes = [1, 2].map(() => new Process({ target: count, args: [hits] }));
 *   for (const process of processes) process.start();
 *   for (const process of processes) await process.join();
 *   console.log(hits.value); // -> 2000
 * }
 * if (import.meta.main) void main();
 * ```
 */
export class AtomicValue<C extends AtomicCode> extends OpenAtomicValue<C> {
  /** @throws TypeError or RangeError for what is no typecode of numbers, or a number that is not of it. */
  constructor(typecode: C, initial?: ItemOf<C>) {
    if (formatOf(typecode).kind === "character") {
      throw new TypeError(
        `Cannot make an AtomicValue of typecode "${typecode}": take one of numbers`,
      );
    }
    super(Items.makeOne(typecode, initial));
  }
}

shareable(
  AtomicValue,
  "AtomicValue",
  import.meta.url,
  (value: AtomicValue<AtomicCode>) => itemsOf(value).pack(),
  (packed): AtomicValue<AtomicCode> => opened(AtomicValue, OpenAtomicValue, Items.open(packed)),
);

/** The memory as Atomics take it: floating-point numbers are bits in an integer's place there. */
interface Bits {
  readonly view: Int32Array<ArrayBuffer>;
  readonly toRaw: (bits: number) => number | bigint;
  readonly toBits: (raw: number | bigint) => number;
}

function bitsOf(view: AnyView): Bits {
  if (view instanceof Float64Array) return floatBits(view, new Float64Array(1), BigInt64Array);
  if (view instanceof Float32Array) return floatBits(view, new Float32Array(1), Int32Array);
  // Atomics take any integer view, of bigints too; TypeScript knows one signature for each.
  return { view: view as Int32Array<ArrayBuffer>, toRaw: same, toBits: same };
}

type FloatView = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
type BitsType = ViewType<object>;

/** `one` is where a number is turned into bits and back. */
function floatBits(view: FloatView, one: FloatView, type: BitsType): Bits {
  const bits = new type(one.buffer, 0, 1) as Int32Array<ArrayBuffer>;
  return {
    view: viewedAs(view, type) as Int32Array<ArrayBuffer>,
    toRaw(found) {
      bits[0] = found;
      return one[0] as number;
    },
    toBits(raw) {
      one[0] = raw as number;
      return bits[0] as number;
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: what the one view holds is what the other takes
function same(raw: any): any {
  return raw;
}

function isSame(a: unknown, b: unknown): boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: 1n and 1 are the same number here
  return a == b || Object.is(a, b);
}

function combined<T extends number | bigint | string>(
  value: T,
  bits: T,
  combine: (a: bigint, b: bigint) => bigint,
): T {
  return combine(BigInt(value), BigInt(bits)) as T;
}
