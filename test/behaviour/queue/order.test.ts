import { sleep, spawn } from "fibril";
import { type ItemStore, LifoQueue, PriorityQueue, Queue } from "fibril/queue";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

function drained<T>(queue: Queue<T>): T[] {
  const items: T[] = [];
  while (!queue.empty()) items.push(queue.getNowait());
  return items;
}

test("a LifoQueue gives the newest item first", () => {
  const queue = new LifoQueue<number>(0, [1, 2]);
  queue.putNowait(3);
  expect([queue.peekNowait(), drained(queue.copy()), drained(queue)]).toEqual([
    3,
    [3, 2, 1],
    [3, 2, 1],
  ]);
});

test("a PriorityQueue gives the least item first, whatever was put when", () => {
  const numbers = Array.from({ length: 200 }, (_, i) => (i * 7919) % 211);
  const sorted = [...numbers].sort((a, b) => a - b);
  const queue = new PriorityQueue<number>(0, numbers.slice(0, 100));
  for (const n of numbers.slice(100)) queue.putNowait(n);
  expect([queue.peekNowait(), drained(queue.copy())]).toEqual([sorted[0], sorted]);
  expect(drained(queue)).toEqual(sorted);
});

test("strings, big numbers, booleans and dates have an order of their own", () => {
  const dates = [new Date(3), new Date(1), new Date(2)];
  const byKind: unknown[][] = [["b", "a", "ab"], [3n, 1n, 2n], [true, false], dates];
  expect(byKind.map((items) => drained(new PriorityQueue(0, items)))).toEqual([
    ["a", "ab", "b"],
    [1n, 2n, 3n],
    [false, true],
    [dates[1], dates[2], dates[0]],
  ]);
});

test("arrays are compared element by element, as Python's tuples are", () => {
  const items = [[2, "a"], [1, "b"], [1, "a", 0], [1, "a"], [1], [0, [9]], [0, [2, 1]]];
  expect(drained(new PriorityQueue<unknown>(0, items))).toEqual([
    [0, [2, 1]],
    [0, [9]],
    [1],
    [1, "a"],
    [1, "a", 0],
    [1, "b"],
    [2, "a"],
  ]);
  // One and the same object is equal to itself, whatever it is.
  const job = { name: "job" };
  expect(
    drained(
      new PriorityQueue<unknown>(0, [
        [1, job, 2],
        [1, job, 1],
        [0, null],
        [0, null],
      ]),
    ),
  ).toEqual([
    [0, null],
    [0, null],
    [1, job, 1],
    [1, job, 2],
  ]);
});

test("objects are ordered by compare, and equal ones stay in the order in which they came", () => {
  interface Job {
    readonly level: number;
    readonly name: string;
  }
  const compare = (a: Job, b: Job) => a.level - b.level;
  const jobs = Array.from({ length: 60 }, (_, i) => ({ level: i % 3, name: `job ${i}` }));
  const queue = new PriorityQueue<Job>(0, { compare, items: jobs });
  const expected = [...jobs].sort(compare);
  expect(drained(queue.copy())).toEqual(expected);
  expect(drained(queue)).toEqual(expected);
});

test("what has no order is refused at the put, also as the only item, and nothing is changed", () => {
  const queue = new PriorityQueue<unknown>();
  const job = { name: "job" };
  for (const item of [job, undefined, null, Number.NaN, [Number.NaN], () => 1]) {
    expect(() => queue.putNowait(item)).toThrow(TypeError);
  }
  expect(() => queue.putNowait(job)).toThrow(
    "Cannot order a value of type Object and a value of type Object: pass { compare } to the queue, or put arrays such as [priority, count, item]",
  );
  expect([queue.qsize(), queue.unfinishedTasks]).toEqual([0, 0]);
  queue.putNowait([1, job]);
  expect(() => queue.putNowait([1, { name: "other" }])).toThrow(TypeError);
  expect(() => queue.putNowait(1)).toThrow("Cannot order 1 and an array");
  expect(() => new PriorityQueue<unknown>(0, [1, "one"])).toThrow('Cannot order "one" and 1');
  queue.putNowait([0, job]);
  expect([queue.qsize(), queue.getNowait(), queue.getNowait()]).toEqual([2, [0, job], [1, job]]);
});

test(
  "a get that has to compare what can't be compared throws, and loses nothing",
  virtually(function* () {
    const queue = new PriorityQueue<unknown>();
    const twins = [
      [1, { twin: 1 }],
      [1, { twin: 2 }],
    ];
    queue.putNowait([0]);
    for (const twin of twins) queue.putNowait(twin);
    expect(yield* thrownBy(queue.get())).toBeInstanceOf(TypeError);
    expect(() => queue.getNowait()).toThrow(TypeError);
    expect([queue.qsize(), queue.peekNowait()]).toEqual([3, [0]]);
  }),
);

test("a comparison that gives no number is an error that says so", () => {
  const compare = ((a: number, b: number) => a < b) as unknown as (a: number, b: number) => number;
  const queue = new PriorityQueue<number>(0, { compare });
  expect(() => queue.putNowait(1)).toThrow(
    "Cannot order items by a comparison that gives false: return a negative number, 0 or a positive one",
  );
  const bad = { compare: "level" } as never;
  expect(() => new PriorityQueue<number>(0, bad)).toThrow(
    'Cannot order items by "level": pass a function',
  );
});

test(
  "a getter gets what is least when its turn comes, not what was there when it was woken",
  virtually(function* () {
    const queue = new PriorityQueue<number>();
    const getter = spawn(() => queue.get());
    yield* sleep();
    queue.putNowait(5);
    queue.putNowait(1);
    expect(yield* getter).toBe(1);
  }),
);

test(
  "a LifoQueue and a PriorityQueue are Queues: bounded, with tasks and an end",
  virtually(function* () {
    for (const queue of [new LifoQueue<number>(1), new PriorityQueue<number>(1)]) {
      expect(queue).toBeInstanceOf(Queue);
      yield* queue.put(1);
      const putter = spawn(() => queue.put(2));
      yield* sleep();
      expect([queue.full(), queue.putting(), yield* queue.get()]).toEqual([true, 1, 1]);
      yield* putter;
      queue.taskDone();
      expect([queue.unfinishedTasks, queue.qsize()]).toEqual([1, 1]);
    }
  }),
);

test("a store of one's own keeps the items in another way, also those of a copy", () => {
  class Distinct<T> implements ItemStore<T> {
    readonly #items = new Set<T>();
    get size() {
      return this.#items.size;
    }
    push(item: T) {
      this.#items.add(item);
    }
    peek() {
      return this[Symbol.iterator]().next().value as T;
    }
    shift() {
      const item = this.peek();
      this.#items.delete(item);
      return item;
    }
    fresh() {
      return new Distinct<T>();
    }
    [Symbol.iterator]() {
      return this.#items[Symbol.iterator]();
    }
  }
  const queue = new Queue<number>(3, [], new Distinct<number>());
  for (const n of [1, 2, 1, 2, 3]) queue.putNowait(n);
  expect([drained(queue.copy()), drained(queue)]).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
});
