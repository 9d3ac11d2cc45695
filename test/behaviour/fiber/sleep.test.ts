import * as Duration from "effect/Duration";
import { getHub, idle, kill, sleep, spawn } from "fibril";
import { expect, test } from "vitest";
import { virtually } from "../../harness/virtual.ts";

const sleepFor = sleep as (delay: unknown) => unknown;

test(
  "a bare number is milliseconds, and every Duration of Effect is taken",
  virtually(function* () {
    const delays = [
      250,
      "250 millis",
      "0.25 seconds",
      Duration.millis(250),
      { milliseconds: 250 },
      [0, 250_000_000] as const,
      250_000_000n,
    ] as const;
    for (const delay of delays) {
      const before = getHub().now();
      yield* sleep(delay);
      expect([delay, getHub().now() - before]).toEqual([delay, 250]);
    }
  }),
);

test(
  "a sleep gives undefined, without a delay and with one",
  virtually(function* () {
    expect([yield* sleep(), yield* sleep(0), yield* sleep(1)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  }),
);

test.each([Number.NaN, { seconds: Number.NaN }, [Number.NaN, 0]])(
  "a sleep of %s is a RangeError at the call",
  (delay) => {
    expect(() => sleepFor(delay)).toThrow(RangeError);
  },
);

test.each([
  [null],
  [true],
  ["soon"],
  [""],
  ["5"],
  ["1 parsec"],
  [{}],
  [{ second: 5 }],
  [{ seconds: "five" }],
  [[]],
  [() => 5],
  [Symbol("five")],
  [new Date(5)],
])("a sleep of %s is a TypeError at the call", (delay) => {
  expect(() => sleepFor(delay)).toThrow(TypeError);
});

test.each([-1, Number.NEGATIVE_INFINITY, "-3 seconds", -0])("a sleep of %s is one of 0", (delay) =>
  virtually(function* () {
    const trace: string[] = [];
    spawn(() => trace.push("other"));
    yield* sleep(delay as number);
    expect([trace, getHub().now()]).toEqual([["other"], 0]);
  })(),
);

test(
  "a sleep of Infinity has no timer and ends only by a kill",
  virtually(function* () {
    const fibers = [spawn(() => sleep(Infinity)), spawn(() => sleep(Duration.infinity))];
    yield* sleep("1000 weeks");
    expect(fibers.map((fiber) => fiber.parkReason)).toEqual(["sleep(Infinity)", "sleep(Infinity)"]);
    expect(getHub().timers).toBe(0);
    for (const fiber of fibers) yield* kill(fiber);
  }),
);

test(
  "a killed sleep takes its timer off at once",
  virtually(function* () {
    const fiber = spawn(() => sleep("1 hour"));
    yield* sleep();
    expect([getHub().timers, fiber.parkReason]).toEqual([1, "sleep(3600s)"]);
    void kill(fiber);
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "the timer of a daemon keeps nothing alive",
  virtually(function* () {
    spawn({ daemon: true }, () => sleep("1 hour"));
    yield* sleep();
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "idle goes on when everything else is parked, but before the clock moves",
  virtually(function* () {
    const trace: string[] = [];
    const idler = spawn(function* () {
      yield* idle();
      trace.push(`idle at ${getHub().now()}`);
    });
    spawn(function* () {
      for (let i = 0; i < 3; i++) {
        trace.push(`busy ${i}`);
        yield* sleep();
      }
      yield* sleep(1);
      trace.push(`slept to ${getHub().now()}`);
    });
    yield* sleep(5);
    expect(trace.slice(0, 3)).toEqual(["busy 0", "busy 1", "busy 2"]);
    expect([...trace.slice(3)].sort()).toEqual(["idle at 0", "slept to 1"]);
    expect(idler.dead).toBe(true);
  }),
);

test(
  "several idle fibers go on in order, and one that is killed does not",
  virtually(function* () {
    const trace: string[] = [];
    function* body(name: string) {
      yield* idle();
      trace.push(name);
    }
    const fibers = ["a", "b", "c"].map((name) => spawn(body, name));
    yield* sleep();
    expect(fibers[1]?.parkReason).toBe("idle()");
    void fibers[1]?.kill();
    yield* sleep(1);
    expect(trace).toEqual(["a", "c"]);
  }),
);

test("idle can be awaited at the top level", async () => {
  const trace: string[] = [];
  spawn(function* () {
    yield* sleep();
    yield* sleep();
    trace.push("busy");
  });
  await idle();
  trace.push("idle");
  expect(trace).toEqual(["busy", "idle"]);
});
