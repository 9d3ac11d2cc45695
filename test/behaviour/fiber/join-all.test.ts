import * as Exit from "effect/Exit";
import { type Fiber, GreenletExit, getHub, joinAll, kill, sleep, spawn, Timeout } from "fibril";
import { expect, test } from "vitest";
import { after, failAfter, thrownBy, virtually } from "../../harness/virtual.ts";

const joinAnything = joinAll as unknown as (fibers: unknown, options?: unknown) => unknown;

test(
  "joinAll gives the values in input order, whatever the order of the ends",
  virtually(function* () {
    expect(yield* joinAll([spawn(after, 30, "a"), spawn(after, 10, "b"), spawn(() => 3)])).toEqual([
      "a",
      "b",
      3,
    ]);
    expect(getHub().now()).toBe(30);
  }),
);

test(
  "a record comes out as a record, any other iterable as an array",
  virtually(function* () {
    const named = { left: spawn(after, 2, 1), right: spawn(after, 1, "two") };
    expect(yield* joinAll(named)).toEqual({ left: 1, right: "two" });
    expect(yield* joinAll(new Set([spawn(after, 2, 1), spawn(after, 1, 2)]))).toEqual([1, 2]);
    function* some() {
      for (const n of [3, 1, 2]) yield spawn(after, n, n);
    }
    expect(yield* joinAll(some())).toEqual([3, 1, 2]);
  }),
);

test(
  "nothing to join is done at once, without a turn for others",
  virtually(function* () {
    const trace: string[] = [];
    spawn(() => trace.push("other"));
    trace.push(JSON.stringify([yield* joinAll([]), yield* joinAll({})]));
    yield* sleep();
    expect(trace).toEqual(["[[],{}]", "other"]);
  }),
);

test(
  "a fiber that is there twice gives its value twice",
  virtually(function* () {
    const twice = spawn(after, 5, "value");
    const other = spawn(after, 9, "other");
    expect(yield* joinAll([twice, other, twice])).toEqual(["value", "other", "value"]);
    expect(yield* joinAll([twice, twice])).toEqual(["value", "value"]);
  }),
);

test(
  "the failure of a fiber that is there twice wakes its joiner once",
  virtually(function* () {
    const trace: string[] = [];
    const error = new Error("twice");
    const bad = spawn(failAfter, 1, error);
    const joiner = spawn(function* () {
      expect(yield* thrownBy(joinAll([bad, bad]))).toBe(error);
      spawn(() => trace.push("other"));
      yield* sleep();
      trace.push("joiner");
    });
    yield* joiner;
    expect(trace).toEqual(["other", "joiner"]);
  }),
);

test(
  "the first failure is thrown as it happens, and the others run on",
  virtually(function* () {
    const error = new Error("first");
    const slow = spawn(after, 100, "slow");
    const late = spawn(failAfter, 50, new Error("second"));
    const bad = spawn(failAfter, 10, error);
    expect(yield* thrownBy(joinAll([slow, late, bad]))).toBe(error);
    expect([getHub().now(), slow.status]).toEqual([10, "suspended"]);
    expect(yield* slow).toBe("slow");
    expect(late.status).toBe("failure");
  }),
);

test(
  "a failure that is there already is thrown at once, though another fiber never ends",
  virtually(function* () {
    const error = new Error("early");
    const bad = spawn(failAfter, 0, error);
    yield* bad.join();
    expect(yield* thrownBy(joinAll([spawn(() => sleep(Infinity)), bad]))).toBe(error);
  }),
);

test(
  "a killed fiber is a failure for those who want values: its GreenletExit",
  virtually(function* () {
    const killed = spawn(() => sleep("1 hour"));
    const reason = new GreenletExit("no more");
    void kill(killed, reason);
    expect(yield* thrownBy(joinAll([killed, spawn(after, 1, 1)]))).toBe(reason);
  }),
);

test(
  "with raiseError: false every Exit is given, in the shape of the input",
  virtually(function* () {
    const error = new Error("bad");
    const killed = spawn(() => sleep("1 hour"));
    void killed.kill();
    const fibers = { good: spawn(after, 3, "good"), bad: spawn(failAfter, 1, error), killed };
    const exits = yield* joinAll(fibers, { raiseError: false });
    expect(Object.keys(exits)).toEqual(["good", "bad", "killed"]);
    expect(exits.good).toEqual(Exit.succeed("good"));
    expect([fibers.bad.exit, fibers.killed.exit]).toEqual([exits.bad, exits.killed]);
    expect([fibers.bad.status, fibers.killed.status]).toEqual(["failure", "killed"]);
    expect(getHub().now()).toBe(3);
  }),
);

test(
  "past its timeout a Timeout is thrown; the fibers run on and can be joined again",
  virtually(function* () {
    const fibers = [spawn(after, 5, "fast"), spawn(after, 20, "slow")];
    for (const raiseError of [true, false]) {
      expect(yield* thrownBy(joinAll(fibers, { timeout: 7, raiseError }))).toBeInstanceOf(Timeout);
    }
    expect(getHub().now()).toBe(14);
    expect(yield* joinAll(fibers, { timeout: 7 })).toEqual(["fast", "slow"]);
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "an abort throws the signal's reason at the join, and leaves the fibers alone",
  virtually(function* () {
    const controller = new AbortController();
    const slow = spawn(after, 20, "slow");
    spawn(function* () {
      yield* sleep(5);
      controller.abort("never mind");
    });
    const { signal } = controller;
    expect(yield* thrownBy(joinAll([slow], { signal }))).toBe("never mind");
    expect([getHub().now(), slow.status]).toEqual([5, "suspended"]);
    expect(yield* thrownBy(joinAll([slow], { signal }))).toBe("never mind");
    expect(yield* slow).toBe("slow");
  }),
);

test(
  "a fiber that is killed in joinAll leaves the others alone",
  virtually(function* () {
    const targets = [spawn(after, 5, 1), spawn(after, 10, 2)];
    const joiner = spawn(() => joinAll(targets));
    yield* sleep(7);
    yield* kill(joiner);
    expect([joiner.status, targets.map((each) => each.status)]).toEqual([
      "killed",
      ["success", "suspended"],
    ]);
    expect(yield* joinAll(targets)).toEqual([1, 2]);
  }),
);

test(
  "several fibers may join the same ones, by one and the same Wait",
  virtually(function* () {
    const all = joinAll([spawn(after, 5, 1), spawn(after, 3, 2)]);
    const joiners = [spawn(() => all), spawn(() => all), spawn(() => all)];
    expect(yield* joinAll(joiners)).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(yield* all).toEqual([1, 2]);
  }),
);

test(
  "a fiber among its own targets is told so at once",
  virtually(function* () {
    const other = spawn(() => sleep("1 hour"));
    const self: Fiber = spawn(function* () {
      yield* joinAll([other, self]);
    });
    const error = yield* thrownBy(self.get());
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toMatch(/cannot join itself/);
  }),
);

test("100,000 fibers that each join the one before end without recursion", async () => {
  let last: Fiber<number, unknown> = spawn(() => 0);
  function* next(before: Fiber<number, unknown>) {
    return (yield* before.get()) + 1;
  }
  for (let i = 0; i < 100_000; i++) last = spawn(next, last);
  expect(await last).toBe(100_000);
});

test.each([
  ["one fiber alone", () => spawn(() => 1)],
  ["an array with a number", () => [5]],
  ["an array with a function", () => [() => 1]],
  ["a record with a promise", () => ({ result: Promise.resolve(1) })],
  ["a string", () => "fibers"],
  ["nothing", () => undefined],
  ["a Map", () => new Map([["a", spawn(() => 1)]])],
])("%s can't be joined: a TypeError at the call", (_what, make) => {
  expect(() => joinAnything(make())).toThrow(TypeError);
});

test("the error names the element that is no fiber", () => {
  expect(() => joinAnything([spawn(() => 1), "x"])).toThrow(/element 1 is "x"/);
  expect(() => joinAnything({ good: spawn(() => 1), bad: 5 })).toThrow(/element bad is 5/);
});

test("a bare number where options belong is a TypeError, a NaN timeout a RangeError", () => {
  expect(() => joinAnything([], 5)).toThrow(/\{ timeout: 5 \}/);
  expect(() => joinAnything([], { timeout: Number.NaN })).toThrow(RangeError);
  expect(() => joinAnything([], { timeout: "soon" })).toThrow(TypeError);
});
