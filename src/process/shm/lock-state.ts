import { atomics } from "./atomics.ts";
import { HUNGRY, STATE, WAITED_FOR } from "./layout.ts";

/*
 * The state of a lock is one word:
 *
 * | bits | hold |
 * |---|---|
 * | 0-7 | the slot of the process that has it, plus 1; 0: it is free |
 * | 8 | it was given to that process, but none of its fibers has taken it yet |
 * | 9 | the one who had it before ended without a release |
 * | 10-30 | the id of the fiber that has it, without its upper bits, for reports |
 * | 31 | WAITED_FOR |
 */

export const FREE = 0;
export const HOLDER = 0xff;
export const GIVEN: number = 1 << 8;
export const ABANDONED: number = 1 << 9;
const FIBER_SHIFT = 10;
const FIBER_BITS = 0x1fffff;

export function heldBy(slot: number, fiber: number): number {
  return (slot + 1) | (shortId(fiber) << FIBER_SHIFT);
}

/** As much of a fiber's id as a lock has room for. */
export function shortId(fiber: number): number {
  return fiber & FIBER_BITS;
}

export function fiberIn(state: number): number {
  return (state >> FIBER_SHIFT) & FIBER_BITS;
}

/** Takes a lock from a process that has ended. */
export function abandonLock(words: Int32Array, at: number, slot: number): void {
  atomics.compareExchange(words, at + HUNGRY, slot + 1, 0);
  for (;;) {
    const state = atomics.load(words, at + STATE);
    if ((state & HOLDER) !== slot + 1) return;
    // One that was only given to it has not been used by it.
    const mark = (state & GIVEN) === 0 ? ABANDONED : state & ABANDONED;
    const next = mark | (state & WAITED_FOR);
    if (atomics.compareExchange(words, at + STATE, state, next) === state) return;
  }
}
