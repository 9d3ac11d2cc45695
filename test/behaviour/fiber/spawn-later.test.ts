import { type Fiber, GreenletExit, getHub, sleep, spawn, spawnLater } from "fibril";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

const spawnLaterAnything = spawnLater as unknown as (...args: unknown[]) => Fiber;

test(
  "spawnLater starts its body when the delay has passed, with its arguments",
  virtually(function* () {
    const fiber = spawnLater(
      "2 seconds",
      (a: string, b: string) => [a, b, getHub().now()],
      "x",
      "y",
    );
    yield* sleep("1999 millis");
    expect(fiber.status).toBe("pending");
    expect(yield* fiber).toEqual(["x", "y", 2000]);
  }),
);

test(
  "a fiber that waits for its start is live, pending and says so",
  virtually(function* () {
    const fiber = spawnLater(5, () => 1);
    expect(getHub().fibers.includes(fiber)).toBe(true);
    expect([fiber.status, fiber.started, fiber.dead, fiber.ready()]).toEqual([
      "pending",
      false,
      false,
      false,
    ]);
    expect(fiber.parkReason).toMatch(/^spawnLater\(5/);
    yield* fiber;
    expect(fiber.parkReason).toBeUndefined();
  }),
);

test(
  "without a delay it is spawn",
  virtually(function* () {
    const trace: string[] = [];
    spawnLater(0, () => trace.push("later 0"));
    spawn(() => trace.push("spawn"));
    spawnLater(-3, () => trace.push("later -3"));
    yield* sleep();
    expect(trace).toEqual(["later 0", "spawn", "later -3"]);
  }),
);

test(
  "killed before its time it never runs, its timer is gone, its links fire",
  virtually(function* () {
    const trace: string[] = [];
    const fiber = spawnLater("1 hour", () => trace.push("body"));
    fiber.link((ended: Fiber) => trace.push(`link: ${ended.status}`));
    expect(getHub().timers).toBe(1);
    void fiber.kill();
    expect([fiber.dead, getHub().timers]).toEqual([true, 0]);
    yield* sleep("2 hours");
    expect(trace).toEqual(["link: killed"]);
    expect(yield* thrownBy(fiber.get())).toBeInstanceOf(GreenletExit);
  }),
);

test(
  "a join waits for the start as well as for the body",
  virtually(function* () {
    const fiber = spawnLater(10, () => sleep(10));
    expect(yield* fiber.join({ timeout: 15 })).toBe(false);
    expect(yield* fiber.join()).toBe(true);
    expect(getHub().now()).toBe(20);
  }),
);

test(
  "spawnLater takes a generator and hands its failure on",
  virtually(function* () {
    const error = new Error("later");
    const fiber = spawnLater(
      1,
      (function* () {
        yield* sleep(1);
        throw error;
      })(),
    );
    expect(yield* thrownBy(fiber.get())).toBe(error);
  }),
);

test("a bad delay or body is an error at the call, and nothing is left behind", () => {
  const { timers, fibers } = getHub();
  expect(() => spawnLater(Number.NaN, () => 1)).toThrow(RangeError);
  expect(() => spawnLaterAnything("soon", () => 1)).toThrow(TypeError);
  expect(() => spawnLaterAnything(() => 1)).toThrow(TypeError);
  expect(() => spawnLaterAnything(5)).toThrow(TypeError);
  expect(() => spawnLaterAnything(5, async function* () {})).toThrow(TypeError);
  expect(getHub().fibers.length).toBe(fibers.length);
  expect(getHub().timers).toBe(timers);
});
