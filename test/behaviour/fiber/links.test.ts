import { type Fiber, getCurrent, getHub, joinAll, kill, sleep, spawn } from "fibril";
import { expect, test } from "vitest";
import { takeErrors } from "../../harness/console.ts";
import { virtually } from "../../harness/virtual.ts";

type Anything = (...args: unknown[]) => unknown;

const fail = () => {
  throw new Error("failed");
};

test(
  "links are called with the fiber, in the order in which they were made, a turn after its end",
  virtually(function* () {
    const trace: unknown[] = [];
    const fiber = spawn(function* () {
      yield* sleep(1);
      trace.push("end");
    });
    fiber.link((ended: Fiber) => trace.push(["first", ended === fiber, ended.dead]));
    fiber.rawLink(() => trace.push("raw"));
    fiber.linkValue(() => trace.push("value"));
    fiber.link(() => trace.push("last"));
    yield* fiber.join();
    expect(trace).toEqual(["end"]);
    yield* sleep();
    expect(trace).toEqual(["end", ["first", true, true], "raw", "value", "last"]);
  }),
);

test(
  "a link made after the end is called in the next turn, not at once, and once only",
  virtually(function* () {
    const trace: string[] = [];
    const fiber = spawn(() => 1);
    fiber.link(() => trace.push("early"));
    yield* fiber;
    yield* sleep();
    fiber.link(() => trace.push("late"));
    fiber.rawLink(() => trace.push("late raw"));
    trace.push("linked");
    yield* sleep();
    expect(trace).toEqual(["early", "linked", "late", "late raw"]);
    yield* sleep();
    expect(trace.length).toBe(4);
  }),
);

test(
  "linkValue is for success, linkException for failures and kills",
  virtually(function* () {
    const trace: string[] = [];
    const fibers = {
      success: spawn(() => 1),
      failure: spawn(fail),
      killed: spawn(() => sleep("1 hour")),
      unstarted: spawn(() => 1),
    };
    void kill(fibers.unstarted);
    for (const [name, fiber] of Object.entries<Fiber>(fibers)) {
      fiber.linkValue(() => trace.push(`${name}: value`));
      fiber.linkException(() => trace.push(`${name}: exception`));
    }
    yield* sleep();
    void kill(fibers.killed);
    yield* sleep(1);
    expect(trace.sort()).toEqual([
      "failure: exception",
      "killed: exception",
      "success: value",
      "unstarted: exception",
    ]);
  }),
);

test(
  "a link that an earlier one takes back is not called",
  virtually(function* () {
    for (const kind of ["link", "rawLink"] as const) {
      const trace: string[] = [];
      const fiber = spawn(() => 1);
      const second = () => trace.push("second");
      fiber[kind](() => {
        trace.push("first");
        fiber.unlink(second);
      });
      fiber[kind](second);
      fiber[kind](() => trace.push("third"));
      yield* fiber;
      yield* sleep(1);
      expect(trace).toEqual(["first", "third"]);
    }
  }),
);

test(
  "unlink takes every kind of link back, each as often as it was made, and forgives what is not there",
  virtually(function* () {
    const trace: string[] = [];
    const fiber = spawn(() => 1);
    const gone = () => trace.push("gone");
    fiber.link(gone);
    fiber.linkValue(gone);
    fiber.linkException(gone);
    fiber.rawLink(gone);
    fiber.link(() => trace.push("stays"));
    fiber.link(gone);
    fiber.unlink(gone);
    fiber.unlink(gone);
    fiber.unlink(undefined);
    yield* fiber;
    yield* sleep(1);
    expect(trace).toEqual(["stays"]);
  }),
);

test(
  "one callback linked twice is called twice",
  virtually(function* () {
    const trace: string[] = [];
    const fiber = spawn(() => 1);
    const callback = () => trace.push("called");
    fiber.link(callback);
    fiber.link(callback);
    yield* sleep(1);
    expect(trace).toEqual(["called", "called"]);
  }),
);

test(
  "a link that throws robs neither the others nor those who join",
  virtually(function* () {
    const errors = takeErrors();
    const { exitCode } = process;
    const trace: string[] = [];
    const fiber = spawn(() => "value");
    fiber.link(fail);
    fiber.link(() => trace.push("second"));
    fiber.link(function* () {
      yield* sleep(1);
      throw new Error("later");
    });
    fiber.link(() => trace.push("third"));
    trace.push(yield* fiber);
    yield* sleep(5);
    expect(trace).toEqual(["value", "second", "third"]);
    yield* joinAll([spawn(() => errors.until((line) => line.includes("later")))]);
    errors.release();
    expect(errors.lines.length).toBe(2);
    process.exitCode = exitCode;
  }),
);

test(
  "a link is a body of any kind: it may wait, and runs in a fiber of its own",
  virtually(function* () {
    const trace: unknown[] = [];
    const fiber = spawn({ name: "target" }, () => 1);
    fiber.link(function* (ended: Fiber) {
      yield* sleep(10);
      trace.push([ended.value, getHub().now()]);
    });
    fiber.link(async (ended: Fiber) => {
      await sleep(5);
      trace.push([ended.value, getHub().now()]);
    });
    fiber.link(() => sleep(1));
    yield* fiber;
    yield* sleep();
    expect(yield* getHub().join()).toBe(true);
    expect(trace).toEqual([
      [1, 5],
      [1, 10],
    ]);
  }),
);

test(
  "a raw link runs in the run loop, in no fiber; what it spawns has no spawner",
  virtually(function* () {
    const trace: unknown[] = [];
    let spawned: Fiber | undefined;
    const fiber = spawn(() => 1);
    fiber.rawLink(() => {
      trace.push(getCurrent());
      spawned = spawn(() => trace.push("spawned"));
    });
    yield* sleep(1);
    expect(trace).toEqual([undefined, "spawned"]);
    expect(spawned?.spawningFiber).toBeUndefined();
  }),
);

test(
  "a fiber linked to itself is told of its own end",
  virtually(function* () {
    const trace: unknown[] = [];
    const fiber: Fiber = spawn(function* () {
      fiber.link((ended) => trace.push(ended.status));
      yield* sleep(1);
    });
    yield* sleep(5);
    expect(trace).toEqual(["success"]);
  }),
);

test(
  "a link may link and spawn again",
  virtually(function* () {
    const trace: string[] = [];
    const fiber = spawn(() => 1);
    fiber.link(() => {
      fiber.link(() => trace.push("inner link"));
      spawn(() => trace.push("inner fiber"));
      trace.push("outer");
    });
    yield* sleep(1);
    expect(trace.slice(0, 1)).toEqual(["outer"]);
    expect(trace.slice(1).sort()).toEqual(["inner fiber", "inner link"]);
  }),
);

test("what is no function can't be linked", () => {
  const fiber = spawn(() => 1);
  for (const kind of ["link", "linkValue", "linkException", "rawLink"] as const) {
    expect(() => (fiber[kind] as Anything).call(fiber, 5)).toThrow(TypeError);
    expect(() => (fiber[kind] as Anything).call(fiber)).toThrow(TypeError);
  }
});
