import { forEach, getHub, isControl, kill, sleep, spawn, withTimeout } from "fibril";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

const forEachOf = forEach as unknown as (...args: unknown[]) => unknown;

/** A source that says when it is closed. */
function* numbers(count: number, trace: string[]) {
  try {
    for (let n = 0; n < count; n++) yield n;
  } finally {
    trace.push("closed");
  }
}

async function* slowNumbers(count: number, trace: string[]) {
  try {
    for (let n = 0; n < count; n++) {
      await sleep(10);
      trace.push(`gives ${n}`);
      yield n;
    }
  } finally {
    trace.push("closed");
  }
}

test(
  "one by one, in order, with the index, in the fiber itself",
  virtually(function* () {
    const seen: unknown[] = [];
    yield* forEach(new Set(["a", "b"]), function* (item, index) {
      yield* sleep(10 - index);
      seen.push([item, index, getHub().fibers.length]);
    });
    expect(seen).toEqual([
      ["a", 0, 1],
      ["b", 1, 1],
    ]);
    expect(yield* forEach([], () => seen.push("none"))).toBeUndefined();
    expect(seen.length).toBe(2);
  }),
);

test(
  "the body may be plain, async, or give a Wait",
  virtually(function* () {
    const seen: string[] = [];
    yield* forEach([1], (n) => seen.push(`plain ${n}`));
    yield* forEach([2], async (n) => {
      await sleep(1);
      seen.push(`async ${n}`);
    });
    yield* forEach([3], (n) => sleep(n));
    expect([seen, getHub().now()]).toEqual([["plain 1", "async 2"], 4]);
  }),
);

test(
  "an async source is waited for, one item at a time",
  virtually(function* () {
    const trace: string[] = [];
    yield* forEach(slowNumbers(2, trace), function* (n) {
      yield* sleep(5);
      trace.push(`done ${n} at ${getHub().now()}`);
    });
    expect(trace).toEqual(["gives 0", "done 0 at 15", "gives 1", "done 1 at 30", "closed"]);
  }),
);

test(
  "with a concurrency so many are at work at once, and no more items are taken than that",
  virtually(function* () {
    const trace: string[] = [];
    let working = 0;
    let most = 0;
    function* items() {
      for (let n = 0; n < 6; n++) {
        trace.push(`take ${n} at ${getHub().now()}`);
        yield n;
      }
    }
    yield* forEach(
      items(),
      function* () {
        most = Math.max(most, ++working);
        yield* sleep(10);
        working--;
      },
      { concurrency: 2 },
    );
    expect([most, getHub().now()]).toEqual([2, 30]);
    expect(trace.filter((line) => line.endsWith("at 0")).length).toBeLessThanOrEqual(3);
    expect(trace.length).toBe(6);
  }),
);

test(
  "an async source is never asked for an item while it still makes one",
  virtually(function* () {
    for (const concurrency of [2, 3, Infinity]) {
      let asking = 0;
      let most = 0;
      let left = 5;
      const source = {
        [Symbol.asyncIterator]: () => ({
          async next() {
            most = Math.max(most, ++asking);
            await sleep(10);
            asking--;
            return left-- > 0 ? { done: false, value: left } : { done: true, value: undefined };
          },
        }),
      } as AsyncIterable<number>;
      const seen: number[] = [];
      yield* forEach(source, (n) => seen.push(n), { concurrency });
      expect([most, seen]).toEqual([1, [4, 3, 2, 1, 0]]);
    }
  }),
);

test(
  "with a concurrency of Infinity all are at work at once",
  virtually(function* () {
    yield* forEach([3, 1, 2], (n) => sleep(n), { concurrency: Infinity });
    expect(getHub().now()).toBe(3);
  }),
);

test.each([1, 2, 10])(
  "a failure, at a concurrency of %d, closes the source, kills the others and comes out",
  (concurrency) =>
    virtually(function* () {
      const trace: string[] = [];
      const error = new Error("bad item");
      const walk = forEach(
        numbers(100, trace),
        function* (n) {
          try {
            yield* sleep(n === 1 ? 5 : 50);
          } catch (caught) {
            trace.push(`killed ${isControl(caught)}`);
            throw caught;
          }
          if (n === 1) throw error;
        },
        { concurrency },
      );
      expect(yield* thrownBy(walk)).toBe(error);
      expect(trace.filter((line) => line === "closed").length).toBe(1);
      expect(trace.filter((line) => line === "killed true").length).toBe(concurrency - 1);
      expect(getHub().fibers.length).toBe(1);
    })(),
);

test.each([1, 3])(
  "a kill, at a concurrency of %d, closes the source and ends everybody at work",
  (concurrency) =>
    virtually(function* () {
      const trace: string[] = [];
      const fiber = spawn(() => forEach(numbers(9, trace), () => sleep(50), { concurrency }));
      const slow = spawn(() => forEach(slowNumbers(9, []), () => sleep(50), { concurrency }));
      yield* sleep(5);
      yield* kill(fiber);
      yield* kill(slow);
      expect([trace, fiber.status, slow.status]).toEqual([["closed"], "killed", "killed"]);
      expect(getHub().fibers.length).toBe(1);
    })(),
);

test(
  "a Timeout ends it as well",
  virtually(function* () {
    const trace: string[] = [];
    const walk = forEach(numbers(9, trace), () => sleep(10), { concurrency: 2 });
    expect(yield* withTimeout(15, walk, { value: "late" })).toBe("late");
    expect([trace, getHub().fibers.length, getHub().now()]).toEqual([["closed"], 1, 15]);
  }),
);

test.each([1, 2])("an error of the source comes out, at a concurrency of %d", (concurrency) =>
  virtually(function* () {
    const error = new Error("source");
    function* broken() {
      yield 1;
      throw error;
    }
    async function* brokenLater() {
      yield 1;
      await sleep(5);
      throw error;
    }
    for (const make of [broken, brokenLater]) {
      const seen: number[] = [];
      const walk = forEach<number>(make(), (n) => seen.push(n), { concurrency });
      expect(yield* thrownBy(walk)).toBe(error);
      // With a second at work the failure may come before the first began.
      expect(seen).toEqual(concurrency === 1 || make === brokenLater ? [1] : []);
    }
  })(),
);

test(
  "a source that came to its end is not closed again",
  virtually(function* () {
    for (const concurrency of [1, 2]) {
      const trace: string[] = [];
      yield* forEach(numbers(2, trace), () => sleep(1), { concurrency });
      expect(trace).toEqual(["closed"]);
      let returned = 0;
      const source = {
        [Symbol.iterator]: () => ({
          next: () => ({ done: true as const, value: undefined }),
          return: () => {
            returned++;
            return { done: true as const, value: undefined };
          },
        }),
      };
      yield* forEach(source, () => 1, { concurrency });
      expect(returned).toBe(0);
    }
  }),
);

test("at the top level it is awaited, over a stream too", async () => {
  const seen: number[] = [];
  const stream = new ReadableStream<number>({
    start(controller) {
      for (const n of [1, 2, 3]) controller.enqueue(n);
      controller.close();
    },
  });
  await forEach(stream as unknown as AsyncIterable<number>, (n) => seen.push(n));
  expect(seen).toEqual([1, 2, 3]);
});

test("bad input is an error at the call", () => {
  const nothing = () => {};
  expect(() => forEachOf(5, nothing)).toThrow(TypeError);
  expect(() => forEachOf(undefined, nothing)).toThrow(TypeError);
  expect(() => forEachOf({}, nothing)).toThrow(TypeError);
  expect(() => forEachOf([1])).toThrow(TypeError);
  expect(() => forEachOf([1], 5)).toThrow(TypeError);
  expect(() => forEachOf([1], nothing, 5)).toThrow(TypeError);
  for (const concurrency of [0, -1, 1.5, Number.NaN, "2"]) {
    expect(() => forEachOf([1], nothing, { concurrency })).toThrow(RangeError);
  }
});
