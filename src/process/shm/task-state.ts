import { desk, LOST, STATE, WAITED_FOR } from "./layout.ts";

/** Its state: how many tasks are done, modulo 2 ** 30, and WAITED_FOR. The desk of a process has how many it got and did not report. */
export const TASK_COUNT = 0x3fffffff;

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

/** What a process had in hand that has ended nobody will report: it counts as done, and as lost. */
export function abandonTasks(words: Int32Array, at: number, slot: number): void {
  const inHand = Atomics.exchange(words, desk(at, slot), 0);
  if (inHand <= 0) return;
  finishTasks(words, at, inHand, () => true);
  Atomics.add(words, at + LOST, inHand);
}
