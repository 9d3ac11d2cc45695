import { show } from "../fiber/body.ts";
import type { ItemStore } from "./item-store.ts";

/** Negative if `a` comes before `b`, positive if after; 0 if neither. Effect's `Order` is one. */
export type Compare<in T> = (a: T, b: T) => number;

interface Entry<T> {
  readonly item: T;
  /** Which one it is of all that ever came: where `compare` gives 0, the older one goes first. */
  readonly number: number;
}

/**
 * A binary heap: the least item is next. A comparison that throws leaves it as it
 * was, since every look comes before the first move.
 */
export class Heap<T> implements ItemStore<T> {
  readonly #compare: Compare<T>;
  readonly #entries: Entry<T>[] = [];
  #came = 0;

  constructor(compare: Compare<T>) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#entries.length;
  }

  push(item: T): void {
    const entries = this.#entries;
    // One that has no order is refused when it comes, not when the second one does.
    if (entries.length === 0) this.#order(item, item);
    const entry = { item, number: this.#came };
    const place = this.#placeOf(entry);
    for (let at = entries.length; at > place; at = parentOf(at)) {
      entries[at] = entries[parentOf(at)] as Entry<T>;
    }
    entries[place] = entry;
    this.#came++;
  }

  shift(): T {
    const entries = this.#entries;
    const last = entries.length - 1;
    // The last one goes where it belongs, and each one above moves up.
    let moved = entries[last] as Entry<T>;
    let at = last === 0 ? 0 : this.#placeFromTop(moved, last);
    for (; at > 0; at = parentOf(at)) moved = this.#swap(at, moved);
    moved = this.#swap(0, moved);
    entries.length = last;
    return moved.item;
  }

  peek(): T {
    return (this.#entries[0] as Entry<T>).item;
  }

  fresh(): Heap<T> {
    return new Heap(this.#compare);
  }

  *[Symbol.iterator](): Generator<T, void, undefined> {
    const sorted = [...this.#entries].sort((a, b) => (this.#isBefore(a, b) ? -1 : 1));
    for (const { item } of sorted) yield item;
  }

  /** Where a new entry belongs on the way from the free place at the end to the top. */
  #placeOf(entry: Entry<T>): number {
    let at = this.#entries.length;
    while (at > 0 && this.#isBefore(entry, this.#entries[parentOf(at)] as Entry<T>)) {
      at = parentOf(at);
    }
    return at;
  }

  /** Where `entry` belongs on the way down from the top, among the first `size`. */
  #placeFromTop(entry: Entry<T>, size: number): number {
    for (let at = 0; ; ) {
      const child = this.#lesserChild(at, size);
      if (child === undefined) return at;
      if (!this.#isBefore(this.#entries[child] as Entry<T>, entry)) return at;
      at = child;
    }
  }

  #lesserChild(at: number, size: number): number | undefined {
    const left = 2 * at + 1;
    const right = left + 1;
    if (left >= size) return undefined;
    if (right >= size) return left;
    const [a, b] = [this.#entries[left], this.#entries[right]];
    return this.#isBefore(b as Entry<T>, a as Entry<T>) ? right : left;
  }

  #swap(at: number, entry: Entry<T>): Entry<T> {
    const old = this.#entries[at] as Entry<T>;
    this.#entries[at] = entry;
    return old;
  }

  #isBefore(a: Entry<T>, b: Entry<T>): boolean {
    const order = this.#order(a.item, b.item);
    return order === 0 ? a.number < b.number : order < 0;
  }

  #order(a: T, b: T): number {
    const order: unknown = this.#compare(a, b);
    if (typeof order === "number" && !Number.isNaN(order)) return order;
    throw new TypeError(
      `Cannot order items by a comparison that gives ${show(order)}: return a negative number, 0 or a positive one`,
    );
  }
}

const parentOf = (at: number): number => (at - 1) >> 1;
