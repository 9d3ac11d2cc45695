/**
 * Where things lie in a segment that processes meet in. All of it is cells of 64
 * bytes, one line of the cache, so that two objects never slow each other down.
 *
 * | cells | hold |
 * |---|---|
 * | 0 | what tells the segment from others |
 * | 1 | the first cell that was never given out |
 * | 2 .. 129 | one for each process |
 * | then | one byte for each cell: its kind |
 * | then | the objects |
 */

import { atomics } from "./atomics.ts";
import { START } from "./segment.ts";

export const CELL_BYTES = 64;
/** Int32 words. */
export const CELL_WORDS = 16;

/**
 * Processes at a time. A wait mask has one bit for each: more slots are more words to look at in
 * each release, and slot + 1 has to go into a byte.
 */
export const SLOTS = 128;
export const MASK_WORDS: number = SLOTS / 32;

export const ARENA_CELL: number = START / CELL_BYTES;
export const TABLE_CELL: number = ARENA_CELL + 1;
export const KINDS_CELL: number = TABLE_CELL + SLOTS;

/** What lies in a cell, for whoever clears up after a dead process. */
export const PLAIN = 0;
/** Has a state and a wait mask. */
export const WAITED = 1;
/** A lock: has an owner as well. */
export const OWNED = 2;
/** A condition: a hall whose fibers are called. */
export const CALLED = 3;
/** A barrier: a hall whose fibers meet. */
export const MET = 4;
/** The tasks of a queue: a hall that knows how many each process has in hand. */
export const TASKED = 5;
/** As OWNED, but its owner may acquire it again. */
export const REOWNED = 6;
/** As OWNED, for a step of a queue or a pipe. */
export const LATCHED = 7;
/** As WAITED: permits. */
export const PERMITTED = 8;
/** As WAITED: an event. */
export const FLAGGED = 9;
export type Kind =
  | typeof PLAIN
  | typeof WAITED
  | typeof OWNED
  | typeof CALLED
  | typeof MET
  | typeof TASKED
  | typeof REOWNED
  | typeof LATCHED
  | typeof PERMITTED
  | typeof FLAGGED;

/** Whether such an object has an owner. */
export function isOwned(kind: Kind): boolean {
  return kind === OWNED || kind === REOWNED || kind === LATCHED;
}

/** Words of a cell that processes wait for. */
export const STATE = 0;
/** Bit of each such state: some bit of the mask may be up. Atomics cost 20 ns each on V8: most times one is enough. */
export const WAITED_FOR: number = 1 << 31;
/** Its `MASK_WORDS` words: who is to be rung when the state changes. */
export const MASK = 1;
/** Of a lock: the slot + 1 that was rung in vain and is next. */
export const HUNGRY = 5;
/** Of a barrier: how many meet there. */
export const PARTIES = 5;
/** Of tasks: how many were in the hands of processes that ended. */
export const LOST = 5;
/** Of tasks: how many items had been taken before the one that is being taken, modulo 2 ** 30. */
export const BEFORE = 6;
/** Of tasks: the cell that counts the items taken. */
export const COUNTER = 8;
/** Of tasks: the latch of those who report one as done; 0: there is none. */
export const REPORTING = 9;
/** Of tasks: what the state was before the one that is being reported. */
export const REPORTED = 10;
/** Of a semaphore: the most permits that it may have. */
export const BOUND = 6;
/** The slot that was rung last: the others have their turn before it. */
export const RUNG = 7;

/** A hall is a cell as above, and behind it a word for each process. */
export const HALL_CELLS: number = 1 + SLOTS / CELL_WORDS;

/** Where the word of a process lies in the hall at `at`. */
export function desk(at: number, slot: number): number {
  return at + CELL_WORDS + slot;
}

/** Where a cell counts by its state, how often: above a bit that says how, below WAITED_FOR. */
export function countIn(words: Int32Array, cell: number): number {
  return (atomics.load(words, cell * CELL_WORDS + STATE) >> 1) & 0x3fffffff;
}
