import {
  getHub,
  isControl,
  joinAll,
  kill,
  sleep,
  spawn,
  Timeout,
  until,
  type Yieldable,
} from "fibril";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

const TimeoutOf = Timeout as unknown as new (...args: unknown[]) => Timeout;

test(
  "a Timeout strikes what its fiber waits for when it passes, and is thrown itself",
  virtually(function* () {
    const timeout = Timeout.start("2 seconds");
    expect(timeout.pending).toBe(true);
    const error = yield* thrownBy(sleep("1 hour"));
    expect(error).toBe(timeout);
    expect([getHub().now(), timeout.pending, timeout.isMine]).toEqual([2000, false, true]);
    expect([timeout.name, timeout._tag, timeout.message, timeout.millis]).toEqual([
      "TimeoutError",
      "TimeoutError",
      "Timed out after 2s",
      2000,
    ]);
  }),
);

test(
  "without a delay it never fires, but can be started, cancelled and closed",
  virtually(function* () {
    for (const timeout of [new Timeout(), new Timeout(null), Timeout.start(Infinity)]) {
      if (!timeout.pending) timeout.start();
      expect([timeout.pending, getHub().timers]).toEqual([true, 0]);
      yield* sleep("1000 weeks");
      timeout.cancel();
      expect([timeout.pending, timeout.message]).toEqual([false, "Timed out"]);
      timeout.close();
    }
  }),
);

test(
  "made but not started it does nothing",
  virtually(function* () {
    const timeout = new Timeout(5);
    expect([timeout.pending, getHub().timers]).toEqual([false, 0]);
    yield* sleep(10);
    timeout.cancel();
    timeout.close();
  }),
);

test(
  "cancelled or closed it does not strike, and its timer is gone at once",
  virtually(function* () {
    for (const way of ["cancel", "close", Symbol.dispose] as const) {
      const timeout = Timeout.start(5);
      expect(getHub().timers).toBe(1);
      timeout[way]();
      expect([timeout.pending, getHub().timers]).toEqual([false, 0]);
      yield* sleep(10);
    }
  }),
);

test(
  "it starts again after cancel and after it struck, with its whole delay, and never after close",
  virtually(function* () {
    const timeout = Timeout.start(10);
    yield* sleep(6);
    timeout.cancel();
    timeout.start();
    expect(yield* thrownBy(sleep(100))).toBe(timeout);
    expect(getHub().now()).toBe(16);
    timeout.start();
    expect(yield* thrownBy(sleep(100))).toBe(timeout);
    expect(getHub().now()).toBe(26);
    timeout.close();
    expect(() => timeout.start()).toThrow(/closed/);
  }),
);

test(
  "to start it twice is an error, and it runs on",
  virtually(function* () {
    const timeout = Timeout.start(10);
    yield* sleep(5);
    expect(() => timeout.start()).toThrow(/already running/);
    expect(yield* thrownBy(sleep(100))).toBe(timeout);
    expect(getHub().now()).toBe(10);
  }),
);

test(
  "an error of one's own is thrown in its place: an instance as it is, a class anew each time",
  virtually(function* () {
    class TooSlow extends Error {}
    const instance = new TooSlow("instance");
    Timeout.start(1, instance);
    expect(yield* thrownBy(sleep(9))).toBe(instance);
    const timeout = Timeout.start(1, TooSlow);
    const first = yield* thrownBy(sleep(9));
    timeout.start();
    const second = yield* thrownBy(sleep(9));
    expect([first, second]).toEqual([expect.any(TooSlow), expect.any(TooSlow)]);
    expect(first).not.toBe(second);
    expect(isControl(first)).toBe(false);
  }),
);

test(
  "a body that waits for nothing is not struck before it waits again",
  virtually(function* () {
    const ended = spawn(() => "value");
    yield* ended;
    const busy = spawn(function* () {
      Timeout.start(0);
      // Neither of these has to wait.
      yield* ended.join();
      return yield* ended.get();
    });
    expect(yield* busy).toBe("value");
  }),
);

test(
  "a Timeout of 0 lets what is ready go first",
  virtually(function* () {
    const trace: string[] = [];
    spawn(() => trace.push("spawned before"));
    Timeout.start(0);
    yield* thrownBy(sleep(10));
    trace.push("struck");
    expect([trace, getHub().now()]).toEqual([["spawned before", "struck"], 0]);
    const cancelled = Timeout.start(0);
    cancelled.cancel();
    yield* sleep(10);
    const negative = Timeout.start(-5);
    expect(yield* thrownBy(sleep(10))).toBe(negative);
  }),
);

test(
  "of nested Timeouts the earlier one strikes first, and each is caught by identity",
  virtually(function* () {
    const trace: string[] = [];
    const outer = Timeout.start(20);
    const inner = Timeout.start(10);
    for (let i = 0; i < 2; i++) {
      const error = yield* thrownBy(sleep(100));
      trace.push(`${error === inner ? "inner" : "outer"} at ${getHub().now()}`);
    }
    expect([trace, outer.pending]).toEqual([["inner at 10", "outer at 20"], false]);
  }),
);

test(
  "two Timeouts of one deadline strike one after the other, unless the second is closed meanwhile",
  virtually(function* () {
    const [first, second, third] = [Timeout.start(5), Timeout.start(5), Timeout.start(5)];
    expect(yield* thrownBy(sleep(100))).toBe(first);
    second.close();
    expect(yield* thrownBy(sleep(100))).toBe(third);
    yield* sleep(10);
    expect(getHub().now()).toBe(15);
  }),
);

test(
  "it strikes the fiber that started it and no other",
  virtually(function* () {
    const strikes: Timeout[] = [];
    function* body(ms: number) {
      const timeout = Timeout.start(ms);
      strikes.push(timeout);
      return (yield* thrownBy(sleep(50))) === timeout;
    }
    const fibers = [spawn(body, 10), spawn(body, 20)];
    expect(yield* joinAll(fibers)).toEqual([true, true]);
    expect(strikes.map((timeout) => timeout.isMine)).toEqual([false, false]);
  }),
);

test(
  "it strikes whatever is waited for: a join, a promise, an iteration, a deep call",
  virtually(function* () {
    function* deep(n: number): Generator<Yieldable<never>, void, unknown> {
      if (n > 0) yield* deep(n - 1);
      else yield* sleep(100);
    }
    const target = spawn(() => sleep(100));
    const waits = [
      () => target.join(),
      () => joinAll([target]),
      () => until(new Promise(() => {})),
      () => spawn(deep, 5).get(),
    ];
    for (const wait of waits) {
      const timeout = Timeout.start(3);
      expect(yield* thrownBy(wait())).toBe(timeout);
    }
    expect(target.dead).toBe(false);
  }),
);

test(
  "a Timeout left running by a fiber that ended strikes nobody",
  virtually(function* () {
    const timeouts: Timeout[] = [];
    const fiber = spawn(() => void timeouts.push(Timeout.start(10)));
    yield* fiber;
    yield* sleep(20);
    expect([fiber.status, timeouts[0]?.pending]).toEqual(["success", false]);
  }),
);

test(
  "an uncaught Timeout is a failure of its fiber",
  virtually(function* () {
    const fiber = spawn(function* () {
      Timeout.start(1);
      yield* sleep("1 hour");
    });
    const error = yield* thrownBy(fiber.get());
    expect([error instanceof Timeout, fiber.status]).toEqual([true, "failure"]);
    expect((error as Timeout).isMine).toBe(false);
    yield* kill(fiber);
  }),
);

test("it can't be started outside of a fiber, and takes no odd delay or error", () => {
  expect(() => Timeout.start(5)).toThrow(/withTimeout/);
  expect(() => Timeout.start(5)).toThrow(TypeError);
  expect(() => new Timeout(Number.NaN)).toThrow(RangeError);
  expect(() => new TimeoutOf("soon")).toThrow(TypeError);
  expect(() => new TimeoutOf(false)).toThrow(TypeError);
  expect(() => new TimeoutOf(5, "message")).toThrow(/withTimeout/);
  expect(() => new TimeoutOf(5, false)).toThrow(TypeError);
  expect(getHub().timers).toBe(0);
});
