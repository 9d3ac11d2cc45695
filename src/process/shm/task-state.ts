import { BEFORE, COUNTER, countIn, desk, LOST, STATE, WAITED_FOR } from "./layout.ts";

/*
 * Its state is how many tasks are done, modulo 2 ** 30, and WAITED_FOR. The desk of a
 * process has how many items it got and did not report.
 */
const TASK_COUNT = 0x3fffffff;

/** How many of those that were put are not done; a process that died may have reported one twice. */
export function tasksBetween(put: number, done: number): number {
  return Math.max(0, ((put - done) << 2) >> 2);
}

/** Counts tasks as done: all those, or none if there are not as many; gives the state before, or undefined. */
export function finishTasks(
  words: Int32Array,
  at: number,
  count: number,
  mayFinish: (done: number) => boolean,
): number | undefined {
  for (;;) {
    const state = Atomics.load(words, at + STATE);
    if (!mayFinish(state & TASK_COUNT)) return undefined;
    const next = ((state + count) & TASK_COUNT) | (state & WAITED_FOR);
    if (Atomics.compareExchange(words, at + STATE, state, next) === state) return state;
  }
}

/** Of a desk: its process is about to take one more. Whether it has shows at BEFORE. */
export const TAKING: number = 1 << 30;

/** What a process had in hand that has ended nobody will report: it counts as done, and as lost. */
export function abandonTasks(words: Int32Array, at: number, slot: number): void {
  const found = Atomics.exchange(words, desk(at, slot), 0);
  const hasTaken = (found & TAKING) !== 0 && takenIn(words, at) !== words[at + BEFORE];
  const inHand = (found & ~TAKING) + (hasTaken ? 1 : 0);
  if (inHand === 0) return;
  finishTasks(words, at, inHand, () => true);
  Atomics.add(words, at + LOST, inHand);
}

/** How many items were taken out of the queue, modulo 2 ** 30. */
function takenIn(words: Int32Array, at: number): number {
  return countIn(words, words[at + COUNTER] as number);
}
