import { CELL_WORDS, countIn, STATE, WAITED_FOR } from "../shm/layout.ts";

/*
 * The cell of a cursor is that of the room in which the other side waits. Its state:
 *
 * | bits | hold |
 * |---|---|
 * | 0 | which of the two records is the one that counts |
 * | 1-30 | how many messages have passed, modulo 2 ** 30 |
 * | 31 | WAITED_FOR |
 *
 * A step writes the other record, and then changes the state: by that one store all of
 * it has happened. A process that is killed before has done nothing.
 */
const WHICH = 1;
const COUNT_SHIFT = 1;
const COUNT_MASK = 0x3fffffff;

/** Words of the cell: two records behind all that a room has. */
const RECORDS = 8;
const RECORD_WORDS = 4;
const BLOCK = 0;
const OFFSET = 1;
/** All that have passed, modulo 2 ** 32. */
const BYTES = 2;

/** How far one side of a ring has come: those who put, or those who get. */
export class Cursor {
  readonly #words: Int32Array;
  readonly #at: number;
  /** Where the next message begins, or goes on; changed at will until it is committed. */
  block = 0;
  offset = 0;
  bytes = 0;

  constructor(words: Int32Array, cell: number) {
    this.#words = words;
    this.#at = cell * CELL_WORDS;
  }

  /** How many messages have passed, modulo 2 ** 30. */
  get count(): number {
    return countIn(this.#words, this.#at / CELL_WORDS);
  }

  /** Takes what was committed last. Whoever is not kept out by a latch gets what was so at one moment. */
  load(): void {
    for (;;) {
      const state = Atomics.load(this.#words, this.#at + STATE);
      const record = this.#record(state & WHICH);
      this.block = this.#words[record + BLOCK] as number;
      this.offset = this.#words[record + OFFSET] as number;
      this.bytes = this.#words[record + BYTES] as number;
      const now = Atomics.load(this.#words, this.#at + STATE);
      if (((state ^ now) & ~WAITED_FOR) === 0) return;
    }
  }

  /** Makes it so that `count` more messages have passed; gives the state before. */
  commit(count: number): number {
    let state = Atomics.load(this.#words, this.#at + STATE);
    const which = (state & WHICH) ^ WHICH;
    const record = this.#record(which);
    this.#words[record + BLOCK] = this.block;
    this.#words[record + OFFSET] = this.offset;
    this.#words[record + BYTES] = this.bytes;
    const passed = (((state >> COUNT_SHIFT) + count) & COUNT_MASK) << COUNT_SHIFT;
    for (;;) {
      const next = passed | which | (state & WAITED_FOR);
      const found = Atomics.compareExchange(this.#words, this.#at + STATE, state, next);
      if (found === state) return state;
      state = found;
    }
  }

  #record(which: number): number {
    return this.#at + RECORDS + which * RECORD_WORDS;
  }
}

/** How many messages `ahead` has more than `behind`. */
export function countBetween(ahead: Cursor, behind: Cursor): number {
  // In this order: the one behind can only come closer meanwhile.
  const from = behind.count;
  return (ahead.count - from) & COUNT_MASK;
}
