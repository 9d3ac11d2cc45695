import { atomics } from "./atomics.ts";
import { MASK, MASK_WORDS } from "./layout.ts";

/** Says that a process waits for the object at `at`; false if that was said already. */
export function raise(words: Int32Array, at: number, slot: number): boolean {
  const bit = 1 << (slot & 31);
  return (atomics.or(words, wordOf(at, slot), bit) & bit) === 0;
}

/** Takes that back; false if somebody else has, who will ring the process. */
export function lower(words: Int32Array, at: number, slot: number): boolean {
  const bit = 1 << (slot & 31);
  return (atomics.and(words, wordOf(at, slot), ~bit) & bit) !== 0;
}

export function isRaised(words: Int32Array, at: number, slot: number): boolean {
  return (atomics.load(words, wordOf(at, slot)) & (1 << (slot & 31))) !== 0;
}

/** Whether any process waits. */
export function someRaised(words: Int32Array, at: number): boolean {
  for (let i = 0; i < MASK_WORDS; i++) if (atomics.load(words, at + MASK + i) !== 0) return true;
  return false;
}

/** The next one after `slot` that is raised, `slot` itself being the last; undefined if there is none. */
export function nextRaised(words: Int32Array, at: number, slot: number): number | undefined {
  const first = slot >> 5;
  const after = -2 << (slot & 31);
  for (let i = 0; i <= MASK_WORDS; i++) {
    const word = (first + i) % MASK_WORDS;
    const within = i === 0 ? after : i === MASK_WORDS ? ~after : -1;
    const bits = atomics.load(words, at + MASK + word) & within;
    if (bits !== 0) return 32 * word + lowestBit(bits);
  }
  return undefined;
}

/** All that are raised. */
export function allRaised(words: Int32Array, at: number): number[] {
  const slots: number[] = [];
  for (let word = 0; word < MASK_WORDS; word++) {
    for (let bits = atomics.load(words, at + MASK + word); bits !== 0; bits &= bits - 1) {
      slots.push(32 * word + lowestBit(bits));
    }
  }
  return slots;
}

/** Lowers the next one after `from` that is raised and not `except`; undefined if there is none. */
export function lowerNext(
  words: Int32Array,
  at: number,
  from: number,
  except: number,
): number | undefined {
  for (let after = from, isRound = false; ; ) {
    const next = nextRaised(words, at, after);
    if (next === undefined) return undefined;
    if (next !== except) {
      if (lower(words, at, next)) return next;
    } else if (isRound) return undefined;
    else {
      isRound = true;
      after = except;
    }
  }
}

function wordOf(at: number, slot: number): number {
  return at + MASK + (slot >> 5);
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
