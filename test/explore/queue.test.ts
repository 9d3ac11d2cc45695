import { type Fiber, forEach, getHub, joinAll, sleep, spawn, withTimeout } from "fibril";
import { select } from "fibril/channel";
import { Empty, PriorityQueue, Queue, ShutDown } from "fibril/queue";
import { explore } from "fibril/testing";
import { expect, test } from "vitest";

const range = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);
const sorted = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b);

test("every item arrives once, at a single consumer in its producer's order", async () => {
  for (const [maxsize, consumers] of [
    [0, 1],
    [1, 1],
    [2, 1],
    [1, 3],
    [3, 3],
  ] as const) {
    await explore(function* () {
      const queue = new Queue<number>(maxsize);
      const got: number[] = [];
      const eaters = range(consumers).map(() => spawn(() => forEach(queue, (n) => got.push(n))));
      const producers = [0, 10, 20].map((from) =>
        spawn(function* () {
          for (const n of range(5, from)) yield* queue.put(n);
        }),
      );
      yield* joinAll(producers);
      queue.shutdown();
      yield* joinAll(eaters);
      for (const from of [0, 10, 20]) {
        const mine = got.filter((n) => n >= from && n < from + 10);
        expect(consumers === 1 ? mine : sorted(mine)).toEqual(range(5, from));
      }
      expect([queue.getting(), queue.putting(), queue.qsize()]).toEqual([0, 0, 0]);
    });
  }
});

test("kills, timeouts and selects at the waits lose no item and double none", async () => {
  await explore(
    function* () {
      const [a, b] = [new Queue<number>(1), new PriorityQueue<number>(2)];
      const got: number[] = [];
      function* consumer(n: number) {
        for (;;) {
          try {
            if (n % 3 === 0) got.push((yield* select([a.get(), b.get()])).value);
            else if (n % 3 === 1) got.push(yield* a.get({ timeout: 1 + (n % 2) }));
            else got.push(yield* withTimeout(1 + (n % 3), b.get()));
          } catch (error) {
            if (!(error instanceof Empty) && (error as Error).name !== "TimeoutError") throw error;
          }
          yield* sleep(n % 2);
        }
      }
      function* producer(from: number) {
        for (const n of range(10, from)) {
          if (n % 2 === 0) yield* select([a.put(n), b.put(n)]);
          else yield* (n % 3 === 0 ? a : b).put(n);
        }
      }
      const consumers: Fiber[] = range(7).map((n) => spawn(consumer, n));
      const producers = range(3).map((n) => spawn(producer, n * 10));
      for (const each of consumers.slice(4)) {
        yield* sleep(1);
        yield* each.kill();
      }
      yield* joinAll(producers);
      while (got.length < 30) yield* sleep(1);
      for (const each of consumers) yield* each.kill();
      expect(sorted(got)).toEqual(range(30));
      for (const queue of [a, b]) {
        expect([queue.getting(), queue.putting(), queue.qsize()]).toEqual([0, 0, 0]);
      }
      expect(getHub().timers).toBe(0);
    },
    { seeds: 200 },
  );
});

test("join returns after the last taskDone, whoever reports it", async () => {
  await explore(function* () {
    const queue = new Queue<number>(2);
    let done = 0;
    for (const _ of range(3)) {
      spawn(() =>
        forEach(queue, function* (n) {
          yield* sleep(n % 2);
          done++;
          queue.taskDone();
        }),
      );
    }
    for (const n of range(12)) yield* queue.put(n);
    yield* joinAll(range(2).map(() => spawn(() => queue.join())));
    expect([done, queue.unfinishedTasks]).toEqual([12, 0]);
    queue.shutdown();
  });
});

test("a shutdown leaves nobody waiting: each item is got, or its put has thrown", async () => {
  await explore(function* () {
    const queue = new Queue<number>(1);
    const [put, got, refused]: number[][] = [[], [], []];
    const fibers: Fiber[] = range(6).map((n) =>
      spawn(function* () {
        try {
          yield* queue.put(n);
          put?.push(n);
        } catch (error) {
          if (error instanceof ShutDown) refused?.push(n);
        }
      }),
    );
    for (const _ of range(3)) fibers.push(spawn(() => forEach(queue, (n) => void got?.push(n))));
    yield* sleep();
    yield* sleep();
    queue.shutdown();
    yield* joinAll(fibers);
    expect(sorted(got ?? [])).toEqual(sorted(put ?? []));
    expect(sorted([...(put ?? []), ...(refused ?? [])])).toEqual(range(6));
  });
});
