import { atomics } from "./atomics.ts";
import { desk, SLOTS, STATE } from "./layout.ts";
import { nextRaised } from "./wait-mask.ts";

/*
 * At a condition the desk of a process is one word:
 *
 * | bits | hold |
 * |---|---|
 * | 0-15 | how many of its fibers wait and were not called |
 * | 16-31 | how many were called, and do not have the lock again |
 *
 * The state is the slot that was called last: the next one comes first then.
 */

const WAITING = 0xffff;
const CALL = 1 << 16;

/** The most fibers of one process that can wait at a condition. */
export const MOST_WAITING: number = WAITING;

export function waitingIn(word: number): number {
  return word & WAITING;
}

export function calledIn(word: number): number {
  return word >>> 16;
}

/** One more waits there; false if there are too many. */
export function addWaiting(words: Int32Array, at: number): boolean {
  if (waitingIn(atomics.load(words, at)) === MOST_WAITING) return false;
  atomics.add(words, at, 1);
  return true;
}

/** One waits there no more; false if all of them have been called. */
export function removeWaiting(words: Int32Array, at: number): boolean {
  for (;;) {
    const word = atomics.load(words, at);
    if (waitingIn(word) === 0) return false;
    if (atomics.compareExchange(words, at, word, word - 1) === word) return true;
  }
}

/** One who was called there has the lock again. */
export function removeCall(words: Int32Array, at: number): void {
  atomics.sub(words, at, CALL);
}

interface Called {
  readonly slot: number;
  readonly count: number;
}

/** Calls one who waits, or all of a process if all are to be called; undefined if nobody waits. */
export function callNext(words: Int32Array, at: number, most: number): Called | undefined {
  let slot = atomics.load(words, at + STATE);
  for (let i = 0; i < SLOTS; i++) {
    const next = nextRaised(words, at, slot);
    if (next === undefined) return undefined;
    const count = callAt(words, desk(at, next), most);
    if (count > 0) {
      atomics.store(words, at + STATE, next);
      return { slot: next, count };
    }
    slot = next;
  }
  return undefined;
}

function callAt(words: Int32Array, at: number, most: number): number {
  for (;;) {
    const word = atomics.load(words, at);
    const waiting = waitingIn(word);
    const count = most === Number.POSITIVE_INFINITY ? waiting : Math.min(1, waiting);
    if (count === 0) return 0;
    if (atomics.compareExchange(words, at, word, word + count * (CALL - 1)) === word) return count;
  }
}

/** Calls others in place of those who were called in a process that has ended. */
export function abandonCalls(words: Int32Array, at: number, slot: number): void {
  const place = desk(at, slot);
  // One after the other: whoever clears up may be killed in between, and another one does so again.
  for (let left = calledIn(atomics.load(words, place)); left > 0; left--) {
    callNext(words, at, 1);
    removeCall(words, place);
  }
  atomics.store(words, place, 0);
}
