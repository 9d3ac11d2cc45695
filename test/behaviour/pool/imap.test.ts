import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import { getCurrent, getHub, joinAll, kill, sleep, spawn } from "fibril";
import { select } from "fibril/channel";
import { Group, Pool, type Results } from "fibril/pool";
import { expect, test } from "vitest";
import { takeErrors } from "../../harness/console.ts";
import { thrownBy, virtually } from "../../harness/virtual.ts";

function* work(n: number) {
  yield* sleep(Math.abs(n));
  if (n < 0) throw new Error(`item ${n}`);
  return n;
}

/** Everything that `next` gives or throws, to the end. */
function* readAll<A>(results: Results<A>) {
  const all: unknown[] = [];
  for (;;) {
    try {
      const step = yield* results.next();
      if (step.done === true) return all;
      all.push(step.value);
    } catch (error) {
      all.push((error as Error).message);
    }
  }
}

test(
  "imap gives the results in the order of the items, imapUnordered as they come",
  virtually(function* () {
    const group = new Group();
    expect(yield* readAll(group.imap(work, [30, 10, 20]))).toEqual([30, 10, 20]);
    expect(yield* readAll(group.imapUnordered(work, [30, 10, 20]))).toEqual([10, 20, 30]);
    expect(getHub().now()).toBe(60);
    const pool = new Pool(1);
    expect(yield* readAll(pool.imap(work, [3, 1, 2]))).toEqual([3, 1, 2]);
    expect(yield* readAll(pool.imapUnordered(work, [3, 1, 2]))).toEqual([3, 1, 2]);
    expect(yield* readAll(pool.imap(work, []))).toEqual([]);
  }),
);

test(
  "results are there as soon as they can be, though others are at work",
  virtually(function* () {
    const pool = new Pool(2);
    const trace: string[] = [];
    const results = pool.imap(work, [10, 30, 10]);
    for (let i = 0; i < 3; i++) {
      const { value } = yield* results.next();
      trace.push(`${value} at ${getHub().now()}`);
    }
    expect(trace).toEqual(["10 at 10", "30 at 30", "10 at 30"]);
  }),
);

test(
  "an item that fails throws at its place, and the iteration goes on",
  virtually(function* () {
    const inverse = (n: number) => {
      if (n === 0) throw new RangeError("division by zero");
      return 1 / n;
    };
    const pool = new Pool(2);
    const expected = [1, "division by zero", 0.5];
    expect(yield* readAll(pool.imap(inverse, [1, 0, 2]))).toEqual(expected);
    expect(yield* readAll(pool.imapUnordered(inverse, [1, 0, 2]))).toEqual(expected);
    expect(yield* pool.join()).toBe(true);
    const results = pool.imap(inverse, [1]);
    yield* results.next();
    for (let i = 0; i < 2; i++)
      expect(yield* results.next()).toEqual({ done: true, value: undefined });
  }),
);

test(
  "what the source throws comes once, behind the results, and then the end",
  virtually(function* () {
    function* broken() {
      yield 20;
      yield 10;
      throw new Error("source");
    }
    const group = new Group();
    expect(yield* readAll(group.imap(work, broken()))).toEqual([20, 10, "source"]);
    expect(yield* readAll(group.imapUnordered(work, broken()))).toEqual([10, 20, "source"]);
    async function* brokenLater() {
      yield* broken();
    }
    expect(yield* readAll(group.imap(work, brokenLater()))).toEqual([20, 10, "source"]);
    expect(yield* group.join()).toBe(true);
  }),
);

test(
  "nothing begins before the first next, and then as there is room",
  virtually(function* () {
    const taken: number[] = [];
    function* items() {
      for (let n = 1; n <= 5; n++) {
        taken.push(n);
        yield n;
      }
    }
    const pool = new Pool(2);
    const results = pool.imap(work, items());
    yield* sleep(10);
    expect([taken, pool.length]).toEqual([[], 0]);
    const first = spawn(() => results.next());
    yield* sleep();
    yield* sleep();
    // The third waits for room.
    expect([taken, pool.length]).toEqual([[1, 2, 3], 2]);
    yield* first;
    expect(yield* readAll(results)).toEqual([2, 3, 4, 5]);
  }),
);

test(
  "maxsize bounds what has begun and was not read",
  virtually(function* () {
    const begun: number[] = [];
    const begin = function* (n: number) {
      begun.push(n);
      yield* sleep(1);
      return n;
    };
    for (const way of ["imap", "imapUnordered"] as const) {
      begun.length = 0;
      const group = new Group();
      const results = group[way](begin, [1, 2, 3, 4, 5], { maxsize: 2 });
      const trace: string[] = [];
      for (let n = 1; n <= 5; n++) {
        const { value } = yield* results.next();
        yield* sleep(10);
        trace.push(`${value}: ${begun.join("")}`);
      }
      expect(trace).toEqual(["1: 123", "2: 1234", "3: 12345", "4: 12345", "5: 12345"]);
      expect((yield* results.next()).done).toBe(true);
    }
  }),
);

test(
  "a reader who stops leaves nobody waiting",
  virtually(function* () {
    const group = new Group();
    function* endless() {
      for (let n = 0; ; n++) yield n;
    }
    const results = group.imap((n) => n, endless(), { maxsize: 3 });
    expect(yield* results.next()).toEqual({ done: false, value: 0 });
    yield* sleep(10);
    expect([group.length, getHub().fibers.length, yield* group.join()]).toEqual([0, 1, true]);
  }),
);

test(
  "several sources go side by side, with options behind them",
  virtually(function* () {
    const pool = new Pool(2);
    const sum = (a: number, b: number) => a + b;
    expect(yield* readAll(pool.imap(sum, [1, 2], [10, 20, 30]))).toEqual([11, 22]);
    expect(yield* readAll(pool.imapUnordered(sum, [1, 2], [10], { maxsize: 1 }))).toEqual([11]);
    expect(yield* readAll(pool.imap((n) => n * 2, [1, 2], { maxsize: 1 }))).toEqual([2, 4]);
  }),
);

test(
  "several readers share the results, each gets one for itself",
  virtually(function* () {
    const pool = new Pool(2);
    const results = pool.imap(work, [3, 1, 2, 5]);
    const readers = [1, 2, 3].map(() => spawn(() => readAll(results)));
    yield* sleep();
    yield* sleep();
    expect(readers[0]?.parkReason).toBe("imap (2 at work)");
    const read = yield* joinAll(readers);
    expect(read).toEqual([[3, 5], [1], [2]]);
  }),
);

test(
  "a reader that is killed or loses a select takes nothing along",
  virtually(function* () {
    const group = new Group();
    const results = group.imap(work, [10, 20]);
    const killed = spawn(() => results.next());
    yield* sleep(5);
    yield* kill(killed);
    const lost = yield* select({ next: results.next(), late: sleep(1) });
    expect(lost.key).toBe("late");
    expect(yield* select([results.next()])).toEqual({
      index: 0,
      value: { done: false, value: 10 },
    });
    expect(yield* readAll(results)).toEqual([20]);
  }),
);

test(
  "return begins no more and closes the source; what has begun runs on",
  virtually(function* () {
    const trace: string[] = [];
    function* items(name: string) {
      try {
        for (;;) yield 10;
      } finally {
        trace.push(`${name} closed`);
      }
    }
    const pool = new Pool(1);
    for (const name of ["while it feeds", "while it pauses", "before it begins"]) {
      const options = name === "while it pauses" ? { maxsize: 1 } : {};
      const results = pool.imap(work, items(name), options);
      if (name !== "before it begins") yield* results.next();
      const waiting = spawn(() => results.next());
      if (name !== "before it begins") yield* sleep();
      expect(yield* results.return()).toEqual({ done: true, value: undefined });
      expect(yield* waiting).toEqual({ done: true, value: undefined });
      expect(yield* results.next()).toEqual({ done: true, value: undefined });
      yield* pool.join();
    }
    expect(trace).toEqual(["while it feeds closed", "while it pauses closed"]);
    const results = pool.imap(work, items("disposed"));
    yield* results.next();
    results[Symbol.dispose]();
    yield* pool.join();
    expect(trace.at(-1)).toBe("disposed closed");
    expect(getHub().fibers.length).toBe(1);
  }),
);

test(
  "after a return nothing is read, whoever ends or was on the way",
  virtually(function* () {
    const group = new Group();
    const left = group.imapUnordered(work, [10, 20]);
    yield* left.next();
    yield* left.return();
    yield* group.join();
    expect(yield* left.next()).toEqual({ done: true, value: undefined });
    const pool = new Pool(1);
    yield* pool.spawn(() => sleep("1 hour"));
    const inLine = pool.imap(work, [1, 2]);
    spawn(() => inLine.next());
    yield* sleep();
    yield* sleep();
    void pool.kill();
    inLine[Symbol.dispose]();
    yield* sleep();
    expect(yield* inLine.next()).toEqual({ done: true, value: undefined });
  }),
);

test(
  "who waits when it is left gets the end, though the source was at its end before",
  virtually(function* () {
    const group = new Group();
    const results = group.imap(work, [10]);
    const waiting = spawn(() => results.next());
    yield* sleep(1);
    expect(waiting.parkReason).toBe("imap (1 at work)");
    results[Symbol.dispose]();
    expect(yield* waiting).toEqual({ done: true, value: undefined });
    expect([group.length, yield* group.join()]).toEqual([1, true]);
  }),
);

test(
  "every item comes from where the first reader was, whoever made room for it",
  virtually(function* () {
    const origin = () => getCurrent()?.spawningFiber?.name;
    const results = new Pool(1).imap(origin, [1, 2, 3], { maxsize: 1 });
    expect(yield* readAll(results as Results<unknown>)).toEqual(["main", "main", "main"]);
  }),
);

test(
  "what a source throws when it is closed is thrown by return",
  virtually(function* () {
    const error = new Error("close");
    const items = {
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: 1 }),
        return: () => {
          throw error;
        },
      }),
    };
    const results = new Pool(1).imap(work, items as Iterable<number>);
    yield* results.next();
    expect(yield* thrownBy(results.return())).toBe(error);
  }),
);

test(
  "a member that was killed throws its GreenletExit at its place",
  virtually(function* () {
    const group = new Group();
    const results = group.imap(work, [10, 20]);
    const reading = spawn(() => readAll(results));
    yield* sleep();
    yield* sleep();
    const [first] = group;
    void first?.kill();
    expect(yield* reading).toEqual(["The fiber was killed", 20]);
  }),
);

test("an item has the services that are in scope where it is asked for", async () => {
  const Factor = Context.Reference<number>("test/Factor", { defaultValue: () => 1 });
  const results = new Pool(1).imap(
    function* (n: number) {
      return n * (yield* Factor);
    },
    [1, 2],
  );
  const reading = Effect.gen(function* () {
    return [(yield* results.next()).value, (yield* results.next()).value];
  });
  expect(await Effect.runPromise(Effect.provideService(reading, Factor, 10))).toEqual([10, 20]);
});

test("for await goes through it, a break closes it, a failure ends the loop", async () => {
  const pool = new Pool(2);
  const all: number[] = [];
  for await (const n of pool.imap(work, [2, 1, 0])) all.push(n);
  expect(all).toEqual([2, 1, 0]);
  let closed = false;
  async function* items() {
    try {
      for (let n = 0; ; n++) yield n;
    } finally {
      closed = true;
    }
  }
  for await (const n of pool.imapUnordered((n) => n, items())) if (n >= 2) break;
  expect(closed).toBe(true);
  const results = pool.imap(work, [1, -1, 2]);
  const seen: number[] = [];
  const looping = async () => {
    for await (const n of results) seen.push(n);
  };
  await expect(looping()).rejects.toThrow("item -1");
  expect([seen, await results.next()]).toEqual([[1], { done: false, value: 2 }]);
});

test("a failure that nobody will read any more is reported", async () => {
  const { exitCode } = process;
  const errors = takeErrors();
  const group = new Group();
  const results = group.imap(work, [1, -20]);
  await results.next();
  await results.return();
  await errors.until((line) => line.includes("item -20"));
  errors.release();
  process.exitCode = exitCode ?? 0;
  expect([errors.lines.length, await group.join()]).toEqual([1, true]);
});

test("a source that never comes is left when its reader goes", async () => {
  async function* items() {
    yield await new Promise<number>(() => {});
  }
  const results = new Pool(1).imap(work, items());
  const reader = spawn(() => results.next());
  await sleep(1);
  await reader.kill();
  results[Symbol.dispose]();
  expect(await results.next()).toEqual({ done: true, value: undefined });
});

test("what can't be mapped, and a maxsize that is none, are refused at the call", () => {
  const group = new Group();
  expect(() => group.imap(5 as never, [])).toThrow(/Cannot imap 5: pass a function/);
  expect(() => group.imap((n) => n, 5 as never)).toThrow(/Cannot go through 5/);
  for (const maxsize of [0, -1, 1.5, Number.NaN])
    expect(() => group.imap((n) => n, [1], { maxsize })).toThrow(RangeError);
  expect(() => group.imapUnordered((n) => n, [1], { maxsize: "1" as never })).toThrow(TypeError);
  expect(() => group.imap((n) => n, { maxsize: 1 } as never)).toThrow(/pass an iterable/);
});
