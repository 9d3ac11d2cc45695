import { Ring } from "../internal/ring.ts";

/** Keeps a queue's items and says which of them is next. */
export interface ItemStore<T> {
  readonly size: number;
  /** What it throws, such as for an item that has no place in the order, the putter gets. */
  push(item: T): void;
  /** Removes the next one; never called when there is none. */
  shift(): T;
  /** The next one; never called when there is none. */
  peek(): T;
  /** An empty store of the same kind. */
  fresh(): ItemStore<T>;
  /** All of them, in an order in which pushing them would give the same store again. */
  [Symbol.iterator](): Iterator<T>;
}

/** Few queues hold more at a time; the ring grows. */
const INITIAL_CAPACITY = 16;

/** First in, first out. */
export class Fifo<T> implements ItemStore<T> {
  readonly #ring: Ring<T> = new Ring(INITIAL_CAPACITY);

  get size(): number {
    return this.#ring.size;
  }

  push(item: T): void {
    this.#ring.push(item);
  }

  shift(): T {
    return this.#ring.shift() as T;
  }

  peek(): T {
    const item = this.#ring.shift() as T;
    this.#ring.unshift(item);
    return item;
  }

  fresh(): Fifo<T> {
    return new Fifo();
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#ring[Symbol.iterator]();
  }
}

/** Last in, first out. */
export class Stack<T> implements ItemStore<T> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T {
    return this.#items.pop() as T;
  }

  peek(): T {
    return this.#items.at(-1) as T;
  }

  fresh(): Stack<T> {
    return new Stack();
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items[Symbol.iterator]();
  }
}
