import * as Effect from "effect/Effect";
import * as EffectFiber from "effect/Fiber";
import * as EffectQueue from "effect/Queue";
import * as EffectSemaphore from "effect/Semaphore";
import { sleep, spawn } from "fibril";
import { Pool } from "fibril/pool";
import { Queue } from "fibril/queue";
import { Lock } from "fibril/sync";
import type { TimeCase } from "../case.ts";

/** A lock that nobody else wants. */
export const lockFree: TimeCase = {
  key: "lock",
  name: "lock, acquire and release, nobody waits",
  unit: "ns",
  count: 400_000,
  fibril: (count) => spawn(lockTimes, count),
  effect: (count) => Effect.runPromise(permitTimes(count)),
};

function* lockTimes(count: number) {
  const lock = new Lock();
  for (let i = 0; i < count; i++) {
    yield* lock.acquire();
    lock.release();
  }
}

const permitTimes = Effect.fnUntraced(function* (count: number) {
  const semaphore = yield* EffectSemaphore.make(1);
  for (let i = 0; i < count; i++) {
    yield* semaphore.take(1);
    yield* semaphore.release(1);
  }
});

/** Every item has to wait for the other side. */
export const queueOfOne: TimeCase = {
  key: "queue",
  name: "Queue(1) between two fibers, an item",
  unit: "ns",
  count: 100_000,
  fibril: (count) =>
    spawn(function* main() {
      const queue = new Queue<number>(1);
      const producer = spawn(putTimes, queue, count);
      for (let i = 0; i < count; i++) yield* queue.get();
      yield* producer;
    }),
  effect: (count) => Effect.runPromise(effectQueueOfOne(count)),
};

function* putTimes(queue: Queue<number>, count: number) {
  for (let i = 0; i < count; i++) yield* queue.put(i);
}

const effectQueueOfOne = Effect.fnUntraced(function* (count: number) {
  const queue = yield* EffectQueue.bounded<number>(1);
  const producer = yield* Effect.forkChild(
    Effect.gen(function* () {
      for (let i = 0; i < count; i++) yield* EffectQueue.offer(queue, i);
    }),
  );
  for (let i = 0; i < count; i++) yield* EffectQueue.take(queue);
  yield* EffectFiber.join(producer);
});

/** Tasks that yield once, ten at a time. */
export const poolMap: TimeCase = {
  key: "pool",
  name: "Pool(10).map, a task that yields once",
  unit: "ns",
  count: 20_000,
  fibril: (count) => spawn(() => new Pool(10).map(yieldOnce, numbers(count))),
  effect: (count) =>
    Effect.runPromise(
      Effect.forEach(numbers(count), (n) => Effect.as(Effect.yieldNow, n), { concurrency: 10 }),
    ),
};

function* yieldOnce(n: number) {
  yield* sleep();
  return n;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
