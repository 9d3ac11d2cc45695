import * as Effect from "effect/Effect";
import { type Fiber, joinAll, sleep, spawn } from "fibril";
import type { TimeCase } from "../case.ts";

/** 1 to 100 ms: with 100,000 sleepers, 1000 expire in each of 100 ms. */
const delayOf = (index: number): number => 1 + (index % 100);

function* nap(index: number) {
  yield* sleep(delayOf(index));
}

function* napMany(count: number) {
  const fibers: Fiber<void>[] = [];
  for (let i = 0; i < count; i++) fibers.push(spawn(nap, i));
  yield* joinAll(fibers);
}

const indices = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const programs = {
  fibril: (count: number) => spawn(napMany, count),
  effect: (count: number) =>
    Effect.runPromise(
      Effect.forEach(indices(count), (index) => Effect.sleep(delayOf(index)), {
        concurrency: "unbounded",
        discard: true,
      }),
    ),
  promise: (count: number) =>
    Promise.all(
      indices(count).map((index) => new Promise((wake) => setTimeout(wake, delayOf(index)))),
    ),
};

export const sleepers: TimeCase = {
  key: "sleep",
  name: "100k sleepers over 100 ms, a sleeper (1.0 us of it is the 100 ms)",
  unit: "ns",
  goal: 1600,
  count: 100_000,
  ...programs,
};

export const sleepersCpu: TimeCase = {
  key: "sleep-cpu",
  name: "the same, CPU time of the process",
  unit: "ns",
  clock: "cpu",
  count: 100_000,
  ...programs,
};
