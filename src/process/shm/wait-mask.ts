import { MASK, MASK_WORDS, SLOTS } from "./layout.ts";

/** Says that a process waits for the object at `at`; false if that was said already. */
export function raise(words: Int32Array, at: number, slot: number): boolean {
  const bit = 1 << (slot & 31);
  return (Atomics.or(words, wordOf(at, slot), bit) & bit) === 0;
}

/** Takes that back; false if somebody else has, who will ring the process. */
export function lower(words: Int32Array, at: number, slot: number): boolean {
  const bit = 1 << (slot & 31);
  return (Atomics.and(words, wordOf(at, slot), ~bit) & bit) !== 0;
}

export function isRaised(words: Int32Array, at: number, slot: number): boolean {
  return (Atomics.load(words, wordOf(at, slot)) & (1 << (slot & 31))) !== 0;
}

/** Whether any process waits. */
export function someRaised(words: Int32Array, at: number): boolean {
  let all = 0;
  for (let i = 0; i < MASK_WORDS; i++) all |= Atomics.load(words, at + MASK + i);
  return all !== 0;
}

/** Lowers the next one after `slot` that is raised and not `slot` itself; undefined if there is none. */
export function lowerNext(words: Int32Array, at: number, slot: number): number | undefined {
  for (let i = 1; i < SLOTS; i++) {
    const next = (slot + i) % SLOTS;
    if (isRaised(words, at, next) && lower(words, at, next)) return next;
  }
  return undefined;
}

function wordOf(at: number, slot: number): number {
  return at + MASK + (slot >> 5);
}
