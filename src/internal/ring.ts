/** 1024 pointers are 8 KB, and a program with fewer ready fibers than that never pays for growth. */
const INITIAL_CAPACITY = 1024;

/**
 * An array larger than this is dropped once the ring is drained: 100k fibers that were ready once
 * must not pin a megabyte for ever. Smaller, and a busy server regrows its array at every burst.
 */
const KEEP_CAPACITY = 65_536;

/**
 * Owns the ready queue: a FIFO in a power-of-two array, which never holds on to what left it.
 *
 * `head` and `tail` are masked at every step, so they stay small integers however long the program
 * runs. One slot is always free: `head === tail` means empty, never full.
 */
export class Ring<T> {
  readonly #initialCapacity: number;
  #slots: (T | undefined)[];
  #mask: number;
  #head = 0;
  #tail = 0;

  /** `capacity` is a power of two, at least 2. */
  constructor(capacity: number = INITIAL_CAPACITY) {
    this.#initialCapacity = capacity;
    this.#slots = emptySlots(capacity);
    this.#mask = capacity - 1;
  }

  get size(): number {
    return (this.#tail - this.#head) & this.#mask;
  }

  isEmpty(): boolean {
    return this.#head === this.#tail;
  }

  /** Adds at the tail. */
  push(entry: T): void {
    this.#slots[this.#tail] = entry;
    this.#tail = (this.#tail + 1) & this.#mask;
    if (this.#tail === this.#head) this.#grow();
  }

  /** Adds at the head: the next `shift` returns it. */
  unshift(entry: T): void {
    this.#head = (this.#head - 1) & this.#mask;
    this.#slots[this.#head] = entry;
    if (this.#tail === this.#head) this.#grow();
  }

  /** Removes the head, or returns `undefined` if the ring is empty. */
  shift(): T | undefined {
    const head = this.#head;
    if (head === this.#tail) return undefined;
    const entry = this.#slots[head];
    this.#slots[head] = undefined;
    this.#head = (head + 1) & this.#mask;
    if (this.#head === this.#tail && this.#mask >= KEEP_CAPACITY) this.#reset();
    return entry;
  }

  /** Removes the tail; the ring must not be empty. */
  pop(): T {
    this.#tail = (this.#tail - 1) & this.#mask;
    const entry = this.#slots[this.#tail] as T;
    this.#slots[this.#tail] = undefined;
    return entry;
  }

  /**
   * Removes the entry `index` places behind the head, or returns `undefined` if there is none.
   *
   * For seeded shuffles: the old head takes the place that fell free, all others keep theirs. To
   * close the gap instead would keep the order, but cost O(n).
   */
  takeAt(index: number): T | undefined {
    if (index >>> 0 >= this.size) return undefined;
    const slots = this.#slots;
    const at = (this.#head + index) & this.#mask;
    const entry = slots[at];
    slots[at] = slots[this.#head];
    slots[this.#head] = entry;
    return this.shift();
  }

  /** The entries from head to tail; the ring must not change meanwhile. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let i = 0; i < this.size; i++) yield this.#slots[(this.#head + i) & this.#mask] as T;
  }

  /** Called when the last free slot was taken, so `head === tail` and every slot is in use. */
  #grow(): void {
    const old = this.#slots;
    const count = old.length;
    const slots = emptySlots<T>(count * 2);
    for (let i = 0; i < count; i++) slots[i] = old[(this.#head + i) & this.#mask];
    this.#slots = slots;
    this.#mask = slots.length - 1;
    this.#head = 0;
    this.#tail = count;
  }

  #reset(): void {
    this.#slots = emptySlots(this.#initialCapacity);
    this.#mask = this.#initialCapacity - 1;
    this.#head = 0;
    this.#tail = 0;
  }
}

/** Filled, because a read of a hole makes V8 look at the prototype chain. */
function emptySlots<T>(capacity: number): (T | undefined)[] {
  return new Array<T | undefined>(capacity).fill(undefined);
}
