import { atomics } from "./atomics.ts";
import { desk, STATE } from "./layout.ts";

/*
 * The state of a barrier is one word:
 *
 * | bits | hold |
 * |---|---|
 * | 0-11 | how many have arrived in this round |
 * | 12 | all have, and the last one runs the action |
 * | 13 | it is broken |
 * | 14-23 | the number of this round |
 * | 24-31 | which of the rounds before were broken, the last one first |
 *
 * The desk of a process: in bits 0-15 how many of its fibers take part in a round,
 * above them the number of that.
 */

const COUNT = 0xfff;
const ACTING = 1 << 12;
const BROKEN = 1 << 13;
const ROUND_SHIFT = 14;
const ROUNDS = 0x3ff;
const PAST_SHIFT = 24;
const PAST_BITS = 8;
const PAST = 0xff;

/** Each has to be counted. */
export const MOST_PARTIES: number = COUNT;

export function arrivedIn(state: number): number {
  return state & COUNT;
}

export function isActing(state: number): boolean {
  return (state & ACTING) !== 0;
}

export function isBroken(state: number): boolean {
  return (state & BROKEN) !== 0;
}

export function roundOf(state: number): number {
  return (state >>> ROUND_SHIFT) & ROUNDS;
}

/** How a round has ended; undefined if it has not. */
export function howEnded(state: number, round: number): "passed" | "broken" | undefined {
  const since = (roundOf(state) - round) & ROUNDS;
  if (since === 0) return undefined;
  const bit = since > PAST_BITS ? 0 : 1 << (PAST_SHIFT + since - 1);
  return (state & bit) === 0 ? "passed" : "broken";
}

/** The last one has arrived, and runs the action. */
export function acting(state: number): number {
  return state | ACTING;
}

/** The round is over, and everybody goes on. */
export function passed(state: number): number {
  return nextRound(state, 0);
}

/** The round is over, and everybody gets an error, also who comes. */
export function broken(state: number): number {
  return isBroken(state) ? state : nextRound(state, 1) | BROKEN;
}

/** As new; who waits gets an error. */
export function asNew(state: number): number {
  return nextRound(state, 1);
}

function nextRound(state: number, wasBroken: 0 | 1): number {
  const round = (roundOf(state) + 1) & ROUNDS;
  const past = (((state >>> PAST_SHIFT) << 1) | wasBroken) & PAST;
  return (past << PAST_SHIFT) | (round << ROUND_SHIFT);
}

/** One more of a process, or one less, takes part in a round. */
export function withPart(word: number, round: number, by: 1 | -1): number {
  if (word >>> 16 === round) return word + by;
  return by === 1 ? (round << 16) | 1 : word;
}

/** Breaks the round in which a process that has ended took part. */
export function abandonBarrier(words: Int32Array, at: number, slot: number): void {
  const word = atomics.load(words, desk(at, slot));
  if ((word & 0xffff) > 0) breakRound(words, at, word >>> 16);
  // Last: whoever clears up may be killed in between, and another one does so again.
  atomics.store(words, desk(at, slot), 0);
}

/** Breaks a round if it is not over; false if it is. */
export function breakRound(words: Int32Array, at: number, round: number): boolean {
  for (;;) {
    const state = atomics.load(words, at + STATE);
    if (roundOf(state) !== round) return false;
    if (atomics.compareExchange(words, at + STATE, state, broken(state)) === state) return true;
  }
}
