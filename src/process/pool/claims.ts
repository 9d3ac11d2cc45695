import { CELL_WORDS } from "../shm/layout.ts";

/*
 * | bits | hold |
 * |---|---|
 * | 0-19 | how many tasks were begun, modulo 2 ** 20 |
 * | 20-29 | how often tasks were taken back, modulo 2 ** 10 |
 * | 30 | CLOSED: what was given is not to be begun |
 */
const COUNT = 2 ** 20 - 1;
const ROUND_ONE = 1 << 20;
const ROUND = (2 ** 10 - 1) * ROUND_ONE;
const CLOSED = 1 << 30;

/**
 * The word by which a pool and a worker agree on who has a task: it counts those that
 * the worker has begun, in the order in which it was given them. The worker counts one
 * before it begins it; the pool closes the word, and then knows which will never be.
 */
export class Claims {
  readonly #words: Int32Array;
  readonly #at: number;

  constructor(words: Int32Array, cell: number) {
    this.#words = words;
    this.#at = cell * CELL_WORDS;
  }

  /** The place of the task that is begun next. */
  get begun(): number {
    return this.#state & COUNT;
  }

  /** Whether the task in this place was begun. */
  hasBegun(place: number): boolean {
    const behind = (this.begun - place) & COUNT;
    return behind > 0 && behind <= COUNT >> 1;
  }

  /** The place behind another one. */
  static after(place: number): number {
    return (place + 1) & COUNT;
  }

  /** Begins the next task; false: it was taken back, and so was all behind it. */
  claim(): boolean {
    const state = this.#state;
    const next = (state & ~COUNT) | ((state + 1) & COUNT);
    return (state & CLOSED) === 0 && this.#change(state, next);
  }

  /** Takes back all that is not begun; gives how often that was done, for `open`. */
  close(): number {
    for (;;) {
      const state = this.#state;
      const round = (state + ROUND_ONE) & ROUND;
      if (this.#change(state, (state & COUNT) | round | CLOSED)) return round;
    }
  }

  /** To be called by the worker behind what was taken back then; if more was since, it stays closed. */
  open(round: number): void {
    const state = this.#state;
    if ((state & ROUND) === round) this.#change(state, state & ~CLOSED);
  }

  /** For a new worker. */
  reset(): void {
    Atomics.store(this.#words, this.#at, 0);
  }

  get #state(): number {
    return Atomics.load(this.#words, this.#at);
  }

  #change(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#words, this.#at, from, to) === from;
  }
}
