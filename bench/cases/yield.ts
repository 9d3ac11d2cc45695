import * as Effect from "effect/Effect";
import { joinAll, sleep, spawn } from "fibril";
import type { TimeCase } from "../case.ts";

function* yieldTimes(times: number) {
  for (let i = 0; i < times; i++) yield* sleep();
}

const yieldEffect = Effect.fnUntraced(function* (times: number) {
  for (let i = 0; i < times; i++) yield* Effect.yieldNow;
});

async function awaitTimes(times: number): Promise<void> {
  for (let i = 0; i < times; i++) await null;
}

export const yieldBetweenTwo: TimeCase = {
  key: "yield",
  name: "yield between 2 fibers",
  unit: "ns",
  goal: 60,
  count: 400_000,
  fibril: (count) => joinAll([spawn(yieldTimes, count / 2), spawn(yieldTimes, count / 2)]),
  effect: (count) =>
    Effect.runPromise(
      Effect.all([yieldEffect(count / 2), yieldEffect(count / 2)], { concurrency: 2 }),
    ),
  promise: (count) => Promise.all([awaitTimes(count / 2), awaitTimes(count / 2)]),
};

const CROWD = 10_000;

export const yieldInCrowd: TimeCase = {
  key: "yield-crowd",
  name: "yield among 10,000 fibers",
  unit: "ns",
  count: CROWD * 40,
  fibril: (count) => joinAll(crowd(() => spawn(yieldTimes, count / CROWD))),
  effect: (count) =>
    Effect.runPromise(
      Effect.all(
        crowd(() => yieldEffect(count / CROWD)),
        { concurrency: "unbounded", discard: true },
      ),
    ),
  promise: (count) => Promise.all(crowd(() => awaitTimes(count / CROWD))),
};

function crowd<T>(member: () => T): T[] {
  return Array.from({ length: CROWD }, member);
}
