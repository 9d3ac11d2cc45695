import { show } from "../../fiber/body.ts";
import { isFar } from "../shm/atomics.ts";
import { SharedMemoryUnavailable } from "../shm/shared-memory-errors.ts";
import type { OwnedLock } from "../sync/owned-lock.ts";
import { Guarded } from "./guard.ts";
import { Items } from "./items.ts";
import type { Item, ItemOf, Typecode, ViewOf } from "./typecodes.ts";

/** The items of an array, for handles. */
export let itemsOf: (array: OpenArray<Typecode>) => Items;

/** All of a SharedArray or RawArray, whether it was made in this process or in another. */
export abstract class OpenArray<C extends Typecode> extends Guarded implements Iterable<ItemOf<C>> {
  readonly #items: Items;

  static {
    itemsOf = (array) => array.#items;
  }

  constructor(items: Items, lock: OwnedLock | undefined) {
    super(lock);
    this.#items = items;
  }

  get typecode(): C {
    return this.#items.code as C;
  }

  get length(): number {
    return this.#items.length;
  }

  /** The memory itself: what is written there all processes see, without a copy. */
  get array(): ViewOf<C> {
    const { view } = this.#items;
    if (!isFar(view)) return view as ViewOf<C>;
    throw new SharedMemoryUnavailable(
      "the main process has the array, and is asked for each item; use get, set and slice in place of array",
    );
  }

  /**
   * The item at `index`, read in one piece; -1 is the last one.
   *
   * @throws RangeError for an index that there is not.
   */
  get(index: number): ItemOf<C> {
    return this.#items.get(this.#at(index)) as ItemOf<C>;
  }

  /** As `get`, but `undefined` for an index that there is not, as arrays have it. */
  at(index: number): ItemOf<C> | undefined {
    return this.#find(index) === undefined ? undefined : this.get(index);
  }

  /**
   * Writes the item at `index` in one piece; -1 is the last one.
   *
   * @throws TypeError for an item that is not of the typecode, RangeError for one that does not
   *   fit and for an index that there is not.
   */
  set(index: number, item: ItemOf<C>): void {
    this.#items.set(this.#at(index), item);
  }

  /** A copy of the items from `start` up to `end`, which count from the end if they are negative. */
  slice(start = 0, end: number = this.length): ItemOf<C>[] {
    const [first, last] = this.#range(start, end);
    return Array.from({ length: last - first }, (_, i) => this.#items.get(first + i) as ItemOf<C>);
  }

  /**
   * Writes the items from `start` up to `end`, each in one piece; none if one is wrong.
   *
   * @throws RangeError unless there are as many `values`.
   */
  setSlice(start: number, end: number, values: Iterable<ItemOf<C>>): void {
    const [first, last] = this.#range(start, end);
    const { format, view } = this.#items;
    const raw = [...values].map((value) => format.encode(value));
    if (raw.length !== last - first) {
      throw new RangeError(
        `Can only assign sequence of same size: there are ${last - first} items from ${start} to ${end}, and ${raw.length} values`,
      );
    }
    for (const [i, item] of raw.entries()) format.store(view, first + i, item);
  }

  /** Writes one item to all places. */
  fill(item: ItemOf<C>): this {
    for (let i = 0; i < this.length; i++) this.#items.set(i, item);
    return this;
  }

  /** A copy of all items. */
  toArray(): ItemOf<C>[] {
    return this.slice();
  }

  /** Of characters: the text up to the first NUL. To set it puts a NUL behind it, if there is room. */
  get value(): string {
    const text = this.#text();
    const end = text.indexOf("\0");
    return end < 0 ? text : text.slice(0, end);
  }

  set value(text: string) {
    this.#checkText();
    const characters = [...text];
    if (characters.length > this.length) {
      throw new RangeError(
        `Cannot store a text of ${characters.length} characters: there is room for ${this.length}`,
      );
    }
    this.setSlice(0, characters.length, characters as ItemOf<C>[]);
    if (characters.length < this.length) this.#items.set(characters.length, "\0");
  }

  /** A copy of all bytes. */
  get raw(): Uint8Array<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = this.array;
    return new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength));
  }

  /** Each item as it is when its turn comes. */
  *[Symbol.iterator](): Generator<ItemOf<C>, void, void> {
    for (let i = 0; i < this.length; i++) yield this.#items.get(i) as ItemOf<C>;
  }

  #text(): string {
    this.#checkText();
    return this.toArray().join("");
  }

  #checkText(): void {
    if (this.#items.format.kind === "character") return;
    throw new TypeError(
      `Cannot take an array of typecode "${this.typecode}" for a text: "c" and "u" are; use get and set`,
    );
  }

  #find(index: unknown): number | undefined {
    if (typeof index !== "number") {
      throw new TypeError(`Cannot find the item at ${show(index)}: pass a number`);
    }
    const at = index < 0 ? this.length + index : index;
    return Number.isInteger(at) && at >= 0 && at < this.length ? at : undefined;
  }

  #at(index: number): number {
    const at = this.#find(index);
    if (at !== undefined) return at;
    throw new RangeError(`Invalid index ${index}: there are ${this.length} items`);
  }

  #range(start: number, end: number): [first: number, last: number] {
    const first = this.#clip(start);
    return [first, Math.max(first, this.#clip(end))];
  }

  #clip(index: number): number {
    return Math.min(this.length, Math.max(0, index < 0 ? this.length + index : index));
  }
}

/** New items: so many zeros, or these. */
export function makeItems(code: Typecode, sizeOrValues: unknown, what: string): Items {
  if (typeof sizeOrValues === "number") return Items.make(code, checkSize(sizeOrValues, what));
  const isIterable =
    typeof sizeOrValues === "string" ||
    (typeof sizeOrValues === "object" && sizeOrValues !== null && Symbol.iterator in sizeOrValues);
  if (!isIterable) {
    throw new TypeError(`Cannot make ${what} of ${show(sizeOrValues)}: pass a size or the values`);
  }
  const values = [...(sizeOrValues as Iterable<Item>)];
  const items = Items.make(code, values.length);
  for (const [i, value] of values.entries()) items.set(i, value);
  return items;
}

function checkSize(size: number, what: string): number {
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw new RangeError(`Cannot make ${what} of ${size} items: pass an integer >= 0`);
}
