import { show } from "../../fiber/body.ts";
import { atomics, peek, poke, type ViewType } from "../shm/atomics.ts";

/**
 * What a shared number or character is, as Python's ctypes and array name it (with
 * the sizes that they have on 64-bit Linux):
 *
 * | code | is |
 * |---|---|
 * | `c` | a character of one byte |
 * | `u` | any character, in 4 bytes |
 * | `b` `B` | an integer of 8 bits, with and without a sign |
 * | `h` `H` | of 16 bits |
 * | `i` `I` | of 32 bits |
 * | `l` `L` `q` `Q` | of 64 bits |
 * | `f` `d` | a floating-point number of 32 or 64 bits |
 */
export type Typecode =
  | "c"
  | "u"
  | "b"
  | "B"
  | "h"
  | "H"
  | "i"
  | "I"
  | "l"
  | "L"
  | "q"
  | "Q"
  | "f"
  | "d";

/** Integers of 64 bits: those that a number can't hold are bigints. */
export type LongCode = "l" | "L" | "q" | "Q";

/** What one of a typecode is in JavaScript. */
export type ItemOf<C extends Typecode> = C extends "c" | "u"
  ? string
  : C extends LongCode
    ? number | bigint
    : number;

/** The memory of several of a typecode. */
export type ViewOf<C extends Typecode> = C extends "b"
  ? Int8Array<ArrayBuffer>
  : C extends "c" | "B"
    ? Uint8Array<ArrayBuffer>
    : C extends "h"
      ? Int16Array<ArrayBuffer>
      : C extends "H"
        ? Uint16Array<ArrayBuffer>
        : C extends "i"
          ? Int32Array<ArrayBuffer>
          : C extends "u" | "I"
            ? Uint32Array<ArrayBuffer>
            : C extends "l" | "q"
              ? BigInt64Array<ArrayBuffer>
              : C extends "L" | "Q"
                ? BigUint64Array<ArrayBuffer>
                : C extends "f"
                  ? Float32Array<ArrayBuffer>
                  : Float64Array<ArrayBuffer>;

export type AnyView = ViewOf<Typecode>;
export type Item = number | bigint | string;

/** How items of a typecode lie in memory. */
export interface Format {
  readonly kind: "character" | "integer" | "long" | "float";
  readonly bytes: number;
  readonly type: ViewType<AnyView>;
  /** What an item is in memory. @throws TypeError or RangeError for one that is not of the code. */
  readonly encode: (item: unknown) => number | bigint;
  readonly decode: (raw: number | bigint) => Item;
  /** In one piece: no process sees half of it. */
  readonly load: (view: AnyView, index: number) => number | bigint;
  readonly store: (view: AnyView, index: number, raw: number | bigint) => void;
}

type IntView = Int32Array<ArrayBuffer>;

/** Atomics take any integer view; TypeScript knows one signature for each. */
const loadInteger = (view: AnyView, index: number): number | bigint =>
  atomics.load(view as IntView, index);
const storeInteger = (view: AnyView, index: number, raw: number | bigint): void => {
  atomics.store(view as IntView, index, raw as number);
};

/** Atomics take no floating-point views, but the processor moves an aligned one in one piece. */
const loadFloat = (view: AnyView, index: number): number => peek(view, index);
const storeFloat = (view: AnyView, index: number, raw: number | bigint): void =>
  poke(view, index, raw);

function same<T>(raw: T): T {
  return raw;
}

function integer(
  code: string,
  type: ViewType<AnyView>,
  bytes: number,
  least: number,
  most: number,
): Format {
  return {
    kind: "integer",
    bytes,
    type,
    encode(item) {
      if (typeof item === "bigint") return inRange(code, Number(item), least, most);
      if (typeof item !== "number" || !Number.isInteger(item))
        throw wrongType(code, item, "an integer");
      return inRange(code, item, least, most);
    },
    decode: same,
    load: loadInteger,
    store: storeInteger,
  };
}

function inRange(code: string, item: number, least: number, most: number): number {
  if (item >= least && item <= most) return item;
  throw new RangeError(
    `Cannot store ${item} as "${code}": pass an integer from ${least} to ${most}, or take a larger typecode`,
  );
}

function long(code: string, type: ViewType<AnyView>, least: bigint, most: bigint): Format {
  return {
    kind: "long",
    bytes: 8,
    type,
    encode(item) {
      const isInteger = typeof item === "bigint" || Number.isInteger(item);
      if (!isInteger) throw wrongType(code, item, "an integer or a bigint");
      const big = BigInt(item as number | bigint);
      if (big >= least && big <= most) return big;
      throw new RangeError(
        `Cannot store ${big} as "${code}": pass an integer from ${least} to ${most}`,
      );
    },
    decode(raw) {
      const number = Number(raw);
      return Number.isSafeInteger(number) ? number : raw;
    },
    load: loadInteger,
    store: storeInteger,
  };
}

function float(code: string, type: ViewType<AnyView>, bytes: number): Format {
  return {
    kind: "float",
    bytes,
    type,
    encode(item) {
      if (typeof item !== "number") throw wrongType(code, item, "a number");
      if (bytes === 8 || !Number.isFinite(item) || Number.isFinite(Math.fround(item))) return item;
      throw new RangeError(`Cannot store ${item} as "${code}": it is too large; take "d"`);
    },
    decode: same,
    load: loadFloat,
    store: storeFloat,
  };
}

function character(code: string, type: ViewType<AnyView>, bytes: number, most: number): Format {
  return {
    kind: "character",
    bytes,
    type,
    encode(item) {
      if (typeof item !== "string" || [...item].length !== 1) {
        throw wrongType(code, item, "a string of one character");
      }
      const point = item.codePointAt(0) as number;
      if (point <= most) return point;
      throw new RangeError(
        `Cannot store ${JSON.stringify(item)} as "c": take "u", which has any character`,
      );
    },
    decode: (raw) => String.fromCodePoint(raw as number),
    load: loadInteger,
    store: storeInteger,
  };
}

const formats: Readonly<Record<Typecode, Format>> = {
  c: character("c", Uint8Array, 1, 0xff),
  u: character("u", Uint32Array, 4, 0x10ffff),
  b: integer("b", Int8Array, 1, -0x80, 0x7f),
  B: integer("B", Uint8Array, 1, 0, 0xff),
  h: integer("h", Int16Array, 2, -0x8000, 0x7fff),
  H: integer("H", Uint16Array, 2, 0, 0xffff),
  i: integer("i", Int32Array, 4, -0x80000000, 0x7fffffff),
  I: integer("I", Uint32Array, 4, 0, 0xffffffff),
  l: long("l", BigInt64Array, -(2n ** 63n), 2n ** 63n - 1n),
  L: long("L", BigUint64Array, 0n, 2n ** 64n - 1n),
  q: long("q", BigInt64Array, -(2n ** 63n), 2n ** 63n - 1n),
  Q: long("Q", BigUint64Array, 0n, 2n ** 64n - 1n),
  f: float("f", Float32Array, 4),
  d: float("d", Float64Array, 8),
};

/** @throws TypeError for what is no typecode. */
export function formatOf(code: unknown): Format {
  if (typeof code === "string" && Object.hasOwn(formats, code)) return formats[code as Typecode];
  throw new TypeError(
    `Cannot share a value of typecode ${show(code)}: there are ${Object.keys(formats).join(" ")}`,
  );
}

function wrongType(code: string, item: unknown, wanted: string): TypeError {
  const shown = typeof item === "number" ? String(item) : show(item);
  return new TypeError(`Cannot store ${shown} as "${code}": pass ${wanted}`);
}
