import { type Fiber, GreenletExit, getHub, kill, sleep, spawn } from "fibril";
import { Channel } from "fibril/channel";
import { Group, Pool } from "fibril/pool";
import { expect, test } from "vitest";
import { takeErrors } from "../../harness/console.ts";
import { after, thrownBy, virtually } from "../../harness/virtual.ts";

/** Sleeps for `n`, gives ten times that, and throws for a negative one. */
function* work(n: number) {
  yield* sleep(Math.abs(n));
  if (n < 0) throw new Error(`item ${n}`);
  return n * 10;
}

test(
  "map gives the values in the order of the items, as many at once as there is room",
  virtually(function* () {
    expect(yield* new Group().map(work, [3, 1, 2])).toEqual([30, 10, 20]);
    expect(getHub().now()).toBe(3);
    // 10 and 1 begin; at 1 comes 10, at 10 the last two.
    expect(yield* new Pool(2).map(work, [10, 1, 10, 1])).toEqual([100, 10, 100, 10]);
    expect(getHub().now()).toBe(3 + 11);
    expect(yield* new Pool(1).map(work, [])).toEqual([]);
  }),
);

test(
  "it takes functions of every kind, and sources of every kind, taken as there is room",
  virtually(function* () {
    const pool = new Pool(1);
    const taken: number[] = [];
    function* items() {
      for (let n = 1; n <= 3; n++) {
        taken.push(n);
        yield n;
      }
    }
    async function* later() {
      yield* items();
    }
    expect(yield* pool.map((n) => n + 1, items())).toEqual([2, 3, 4]);
    expect(yield* pool.map(async (n) => n + 1, later())).toEqual([2, 3, 4]);
    expect(yield* pool.map((c) => c + c, "ab")).toEqual(["aa", "bb"]);
    expect(yield* pool.map((n: number) => after(1, n), new Set([1, 2]))).toEqual([1, 2]);
    const channel = new Channel<number>(2);
    yield* channel.send(5);
    channel.close();
    expect(yield* pool.map(work, channel as AsyncIterable<number>)).toEqual([50]);
    taken.length = 0;
    const mapping = spawn(() => pool.map(work, items()));
    yield* sleep();
    expect(taken).toEqual([1, 2]);
    yield* mapping;
  }),
);

test(
  "several sources go side by side until the shortest ends, and the others are closed",
  virtually(function* () {
    const closed: string[] = [];
    function* endless(name: string) {
      try {
        for (let n = 0; ; n++) yield `${name}${n}`;
      } finally {
        closed.push(name);
      }
    }
    const pool = new Pool(2);
    const joined = pool.map((n, a, b) => `${n}${a}${b}`, [1, 2], endless("a"), endless("b"));
    expect(yield* joined).toEqual(["1a0b0", "2a1b1"]);
    expect(closed).toEqual(["a", "b"]);
  }),
);

test(
  "the failure of the first item that fails is thrown, though others fail before; all run on",
  virtually(function* () {
    const group = new Group();
    const error = yield* thrownBy(group.map(work, [5, -20, -10, 30]));
    expect([error, getHub().now()]).toEqual([new Error("item -20"), 20]);
    expect(group.length).toBe(1);
    expect([yield* group.join(), getHub().now()]).toEqual([true, 30]);
  }),
);

test(
  "what the source throws is thrown at once, and what has begun runs on",
  virtually(function* () {
    const error = new Error("source");
    function* broken() {
      yield 5;
      throw error;
    }
    const pool = new Pool(2);
    expect(yield* thrownBy(pool.map(work, broken()))).toBe(error);
    expect([getHub().now(), pool.length]).toEqual([0, 1]);
    yield* pool.join();
  }),
);

test(
  "a caller that is killed takes no more items and closes the source",
  virtually(function* () {
    const closed: string[] = [];
    function* items() {
      try {
        for (;;) yield 10;
      } finally {
        closed.push("closed");
      }
    }
    const pool = new Pool(1);
    const mapping = spawn(() => pool.map(work, items()));
    yield* sleep(15);
    yield* kill(mapping);
    yield* pool.join();
    expect([closed, getHub().now(), pool.length]).toEqual([["closed"], 20, 0]);
  }),
);

test(
  "a kill of the group ends a map whose items are all done, too",
  virtually(function* () {
    async function* items() {
      yield 1;
      await sleep(10);
      yield 2;
    }
    const group = new Group();
    const mapping: Fiber = spawn(() => group.map(work, items()));
    yield* sleep(5);
    yield* group.kill();
    yield* mapping.join();
    expect(mapping.exception).toEqual(new GreenletExit("The group was killed"));
    expect(group.length).toBe(0);
  }),
);

test(
  "a source that has ended by itself is not closed",
  virtually(function* () {
    const calls: string[] = [];
    const source = (name: string, count: number): Iterable<number> => ({
      [Symbol.iterator]: () => ({
        next: () => (count-- > 0 ? { done: false, value: count } : { done: true, value: 0 }),
        return: () => {
          calls.push(name);
          return { done: true, value: 0 };
        },
      }),
    });
    yield* new Group().map((a, b) => a + b, source("short", 1), source("long", 3));
    expect(calls).toEqual(["long"]);
  }),
);

test(
  "a member maps in a full pool by doing the work itself",
  virtually(function* () {
    const pool = new Pool(1);
    const most: number[] = [];
    function* item(n: number) {
      most.push(pool.length);
      yield* sleep(n);
      return n;
    }
    const nested = function* (rows: number[]) {
      return yield* pool.map(item, rows);
    };
    expect(yield* pool.map(nested, [[1, 2], [3], []])).toEqual([[1, 2], [3], []]);
    expect([most, getHub().now()]).toEqual([[1, 1, 1], 6]);
    const broken: Fiber = yield* pool.spawn(() => pool.map(work, [1, -2, 3]));
    yield* broken.join();
    expect(broken.exception).toEqual(new Error("item -2"));
    // With room beside it, it has members do what it need not do itself.
    const roomy = new Pool(2);
    yield* yield* roomy.spawn(() => roomy.map(item, [5, 5, 5]));
    expect(getHub().now()).toBe(6 + 3 + 10);
  }),
);

test(
  "mapAsync gives a fiber at once, which is no member, and calls back with the values",
  virtually(function* () {
    const pool = new Pool(1);
    const trace: unknown[] = [];
    const callback = (values: number[]) => trace.push(values);
    const fiber = pool.mapAsync(work, [2, 1], { callback });
    const two = pool.mapAsync((a: number, b: number) => a + b, [1, 2], [3, 4]);
    expect([fiber.status, pool.length, pool.full()]).toEqual(["pending", 0, false]);
    expect(yield* fiber).toEqual([20, 10]);
    expect(yield* two).toEqual([4, 6]);
    yield* sleep();
    expect(trace).toEqual([[20, 10]]);
    const failing: Fiber = pool.mapAsync(work, [-1], { callback: () => trace.push("never") });
    expect(yield* thrownBy(pool.join())).toEqual(new Error("item -1"));
    expect([failing.exception, trace]).toEqual([new Error("item -1"), [[20, 10]]]);
  }),
);

test("what can't be mapped is refused at the call", () => {
  const group = new Group();
  expect(() => group.map(5 as never, [])).toThrow(/Cannot map 5: pass a function/);
  expect(() => group.map((n) => n, 5 as never)).toThrow(/Cannot go through 5/);
  expect(() => (group.map as (fn: unknown) => void)(work)).toThrow(/pass an iterable/);
  expect(() => group.mapAsync((n) => n, null as never)).toThrow(TypeError);
  expect(() => group.mapAsync("x" as never, [])).toThrow(TypeError);
  expect(group.length).toBe(0);
});

test("a failure that map will come to is not reported meanwhile; one behind that is", async () => {
  const { exitCode } = process;
  const errors = takeErrors();
  const mapping = new Group().map(work, [1200, -1, -1300]).then(undefined, (error) => error);
  expect(await mapping).toEqual(new Error("item -1"));
  await errors.until((line) => line.includes("item -1300"));
  errors.release();
  process.exitCode = exitCode ?? 0;
  expect(errors.lines.length).toBe(1);
});

test("awaited outside of fibers it does the same", async () => {
  const pool = new Pool(2);
  expect(await pool.map(work, [2, 1])).toEqual([20, 10]);
  const thrown = await pool.map(work, [1, -1]).then(undefined, (error) => error);
  expect(thrown).toEqual(new Error("item -1"));
});
