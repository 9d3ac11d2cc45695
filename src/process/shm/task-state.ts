import { atomics } from "./atomics.ts";
import { BEFORE, COUNTER, countIn, desk, LOST, REPORTED, STATE, WAITED_FOR } from "./layout.ts";

/*
 * Its state is how many tasks were reported as done, modulo 2 ** 30, and WAITED_FOR. The
 * desk of a process has how many items it got and did not report.
 */
const TASK_COUNT = 0x3fffffff;

/** How many of those that were put are not done. */
export function tasksBetween(put: number, done: number): number {
  return Math.max(0, ((put - done) << 2) >> 2);
}

/** Counts one task as done, unless `mayFinish` says that all are; whether it did. */
export function finishTask(
  words: Int32Array,
  at: number,
  mayFinish: (done: number) => boolean,
): boolean {
  for (;;) {
    const state = atomics.load(words, at + STATE);
    if (!mayFinish(doneIn(state))) return false;
    const next = doneIn(state + 1) | (state & WAITED_FOR);
    if (atomics.compareExchange(words, at + STATE, state, next) === state) return true;
  }
}

/** Of a desk: its process is about to take one more. Whether it has shows at BEFORE. */
export const TAKING: number = 1 << 30;
/** Of a desk: its process is about to report one. Whether it has shows at REPORTED. */
export const FINISHING: number = 1 << 29;
/** Of a desk: how many its process has in hand. */
export const IN_HAND: number = FINISHING - 1;

/**
 * What a process had in hand that has ended nobody will report: it is lost. Whoever clears up
 * after it and is killed in between counts it twice, rather than that somebody waits for ever.
 */
export function abandonTasks(words: Int32Array, at: number, slot: number): void {
  const place = desk(at, slot);
  const found = atomics.load(words, place);
  if (found === 0) return;
  const hasTaken = (found & TAKING) !== 0 && takenIn(words, at) !== words[at + BEFORE];
  const hasFinished =
    (found & FINISHING) !== 0 &&
    doneIn(words[at + STATE] as number) !== doneIn(words[at + REPORTED] as number);
  const inHand = (found & IN_HAND) + Number(hasTaken) - Number(hasFinished);
  if (inHand > 0) atomics.add(words, at + LOST, inHand);
  atomics.store(words, place, 0);
}

/** How many tasks were reported as done, modulo 2 ** 30. */
export function doneIn(state: number): number {
  return state & TASK_COUNT;
}

/** How many items were taken out of the queue, modulo 2 ** 30. */
function takenIn(words: Int32Array, at: number): number {
  return countIn(words, words[at + COUNTER] as number);
}
