import { show } from "../../fiber/body.ts";

/** What a ShareableList holds. */
export type ListItem = string | number | bigint | boolean | Uint8Array | null;

/*
 * The memory of a list: how many items, in 8 bytes; then for each 16 bytes, four words: where
 * its room is, how large that is, of which kind it is now, and how many bytes of it are in use.
 */

const HEAD = 8;
const ENTRY_WORDS = 4;
const ROOM = 0;
const CAPACITY = 1;
const KIND = 2;
const LENGTH = 3;

const NULL = 0;
const BOOLEAN = 1;
const NUMBER = 2;
const BIGINT = 3;
const TEXT = 4;
const BYTES = 5;

/** An item as it lies in memory. */
interface Encoded {
  readonly kind: number;
  readonly bytes: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Rooms are of whole words of 8 bytes. */
const rounded = (bytes: number): number => Math.max(8, Math.ceil(bytes / 8) * 8);

/** How much memory a list of these items needs. */
export function sizeFor(items: readonly ListItem[]): number {
  const rooms = items.reduce<number>((all, item) => all + rounded(encode(item).bytes.length), 0);
  return HEAD + items.length * ENTRY_WORDS * 4 + rooms;
}

/** The items of a list in its memory. */
export class ListItems {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #words: Int32Array<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
    this.#words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
  }

  /** Gives each its room, and puts it there. */
  fill(items: readonly ListItem[]): void {
    let room = HEAD + items.length * ENTRY_WORDS * 4;
    this.#words[0] = items.length;
    items.forEach((item, index) => {
      const at = entry(index);
      const capacity = rounded(encode(item).bytes.length);
      this.#words[at + ROOM] = room;
      this.#words[at + CAPACITY] = capacity;
      this.set(index, item);
      room += capacity;
    });
  }

  get length(): number {
    return this.#words[0] as number;
  }

  get(index: number): ListItem {
    const at = entry(index);
    const room = this.#words[at + ROOM] as number;
    const end = room + (this.#words[at + LENGTH] as number);
    return decode(this.#words[at + KIND] as number, this.#bytes.slice(room, end));
  }

  /** @throws RangeError if its room is too small. */
  set(index: number, item: ListItem): void {
    const at = entry(index);
    const { kind, bytes } = encode(item);
    const capacity = this.#words[at + CAPACITY] as number;
    if (bytes.length > capacity) {
      throw new RangeError(
        `Cannot store ${bytes.length} bytes in item ${index}: that exceeds available storage, which is ${capacity}`,
      );
    }
    this.#bytes.set(bytes, this.#words[at + ROOM] as number);
    this.#words[at + LENGTH] = bytes.length;
    this.#words[at + KIND] = kind;
  }
}

function entry(index: number): number {
  return HEAD / 4 + index * ENTRY_WORDS;
}

function encode(item: unknown): Encoded {
  if (item === null) return { kind: NULL, bytes: new Uint8Array() };
  if (typeof item === "boolean") return { kind: BOOLEAN, bytes: Uint8Array.of(Number(item)) };
  if (typeof item === "string") return { kind: TEXT, bytes: encoder.encode(item) };
  if (typeof item === "number") return { kind: NUMBER, bytes: raw(new Float64Array([item])) };
  if (item instanceof Uint8Array) return { kind: BYTES, bytes: item };
  if (typeof item === "bigint") return encodeBig(item);
  throw new TypeError(
    `Cannot put ${show(item)} into a ShareableList: pass a string, a number, a bigint, a boolean, bytes or null`,
  );
}

function encodeBig(item: bigint): Encoded {
  if (BigInt.asIntN(64, item) === item) return { kind: BIGINT, bytes: raw(BigInt64Array.of(item)) };
  throw new RangeError(`Cannot put ${item} into a ShareableList: it has more than 64 bits`);
}

function decode(kind: number, bytes: Uint8Array<ArrayBuffer>): ListItem {
  if (kind === BOOLEAN) return bytes[0] === 1;
  if (kind === TEXT) return decoder.decode(bytes);
  if (kind === NUMBER) return new Float64Array(bytes.buffer)[0] as number;
  if (kind === BIGINT) return new BigInt64Array(bytes.buffer)[0] as bigint;
  return kind === BYTES ? bytes : null;
}

function raw({ buffer }: { readonly buffer: ArrayBuffer }): Uint8Array {
  return new Uint8Array(buffer);
}
