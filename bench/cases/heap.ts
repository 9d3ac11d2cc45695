import * as Effect from "effect/Effect";
import { type Fiber, sleep, spawn, type Wait } from "fibril";
import type { HeapCase } from "../case.ts";

let forever: Wait<boolean>;

function* waitForever() {
  yield* forever;
}

const waitForeverEffect = Effect.fnUntraced(function* () {
  yield* Effect.never;
});

const never = new Promise<never>(() => {});

async function waitForeverPromise(): Promise<void> {
  await never;
}

export const parkedHeap: HeapCase = {
  key: "parked",
  name: "parked fiber (joins one that never ends), heap",
  unit: "B",
  goal: 350,
  count: 100_000,
  fibril: (count) => {
    forever = spawn(sleepLong).join();
    return spawnMany(waitForever, count);
  },
  effect: (count) => forkMany(waitForeverEffect, count),
  promise: async (count) => listOf(count, waitForeverPromise),
};

function* sleepLong() {
  yield* sleep("1 minute");
}

const sleepLongEffect = Effect.fnUntraced(function* () {
  yield* Effect.sleep("1 minute");
});

async function sleepLongPromise(): Promise<void> {
  await new Promise((wake) => setTimeout(wake, 60_000));
}

export const sleepingHeap: HeapCase = {
  key: "sleeping",
  name: "sleeping fiber (in the timer wheel), heap",
  unit: "B",
  count: 100_000,
  fibril: (count) => spawnMany(sleepLong, count),
  effect: (count) => forkMany(sleepLongEffect, count),
  promise: async (count) => listOf(count, sleepLongPromise),
};

/** Fibers start in the order of their spawn: when the last has ended, all others are parked. */
async function spawnMany(
  body: () => Generator<Effect.Effect<unknown>, void, never>,
  count: number,
): Promise<unknown> {
  const fibers = listOf<Fiber<void>>(count, () => spawn(body));
  await spawn(() => {});
  return fibers;
}

async function forkMany(body: () => Effect.Effect<void>, count: number): Promise<unknown> {
  const fibers = listOf(count, () => Effect.runFork(body()));
  await Effect.runPromise(Effect.yieldNow);
  return fibers;
}

/** Of its full length from the start: a list that grows would be part of what is weighed. */
function listOf<T>(count: number, make: () => T): T[] {
  const list = new Array<T>(count);
  for (let i = 0; i < count; i++) list[i] = make();
  return list;
}
