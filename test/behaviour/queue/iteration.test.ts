import { forEach, sleep, spawn } from "fibril";
import { PriorityQueue, Queue } from "fibril/queue";
import { expect, test } from "vitest";
import { virtually } from "../../harness/virtual.ts";

test(
  "forEach goes through a queue until it is shut down and empty, also with several fibers",
  virtually(function* () {
    for (const concurrency of [1, 3]) {
      const queue = new Queue<number>(2);
      spawn(function* () {
        for (const n of [1, 2, 3, 4, 5]) yield* queue.put(n);
        queue.shutdown();
      });
      const seen: number[] = [];
      yield* forEach(
        queue,
        function* (n) {
          yield* sleep(1);
          seen.push(n);
        },
        { concurrency },
      );
      expect([seen, queue.isShutdown]).toEqual([[1, 2, 3, 4, 5], true]);
    }
  }),
);

test(
  "next gives items as an iterator's steps; a shutdown is its end, for one that waits as well",
  virtually(function* () {
    const queue = new PriorityQueue<number>(0, [2, 1]);
    expect(yield* queue.next()).toEqual({ done: false, value: 1 });
    expect(yield* queue.next()).toEqual({ done: false, value: 2 });
    const waiting = spawn(() => queue.next());
    yield* sleep();
    queue.shutdown();
    expect(yield* waiting).toEqual({ done: true, value: undefined });
    expect(yield* queue.next()).toEqual({ done: true, value: undefined });
  }),
);

test("for await goes through a queue outside of fibers; a loop that is left leaves it open", async () => {
  const queue = new Queue<number>(0, [1, 2, 3]);
  const seen: number[] = [];
  for await (const n of queue) {
    seen.push(n);
    if (n === 2) break;
  }
  await queue.put(4);
  queue.shutdown();
  for await (const n of queue) seen.push(n);
  expect(seen).toEqual([1, 2, 3, 4]);
});
