import { getHub, sleep, type Yieldable } from "fibril";
import { currentThread, enumerate, mainThread, Thread, Timer } from "fibril/threading";
import { expect, test } from "vitest";
import { virtually } from "../../harness/virtual.ts";

test(
  "a timer calls its function when the interval has passed since its start",
  virtually(function* () {
    const trace: unknown[] = [];
    const note = (...args: unknown[]) => trace.push(args, currentThread() === timer);
    const timer: Timer<unknown[]> = new Timer(10, note, { args: [1, 2], kwargs: { key: 3 } });
    expect(timer).toBeInstanceOf(Thread);
    yield* sleep(5);
    timer.start();
    yield* sleep(9);
    expect([trace, timer.isAlive(), timer.finished.isSet()]).toEqual([[], true, false]);
    yield* timer.join();
    expect([trace, getHub().now()]).toEqual([[[1, 2, { key: 3 }], true], 15]);
    expect([timer.isAlive(), timer.finished.isSet()]).toEqual([false, true]);
    timer.cancel();
  }),
);

test(
  "cancel ends it without a call, before its start or after; nothing is left behind",
  virtually(function* () {
    const never = () => expect.unreachable();
    const started = new Timer("1 hour", never);
    started.start();
    yield* sleep(5);
    started.cancel();
    yield* started.join();
    const before = new Timer(5, never, { name: "cancelled", daemon: true });
    expect([before.name, before.daemon]).toEqual(["cancelled", true]);
    before.cancel();
    before.start();
    yield* before.join();
    expect([getHub().now(), getHub().timers, enumerate()]).toEqual([5, 0, [mainThread()]]);
  }),
);

test(
  "its function may wait, and cancel then comes too late",
  virtually(function* () {
    const trace: string[] = [];
    const timer = new Timer(1, function* (): Generator<Yieldable, void, unknown> {
      trace.push("called");
      yield* sleep(10);
      trace.push("over");
    });
    timer.start();
    yield* sleep(5);
    timer.cancel();
    yield* timer.join();
    expect([trace, getHub().now()]).toEqual([["called", "over"], 11]);
  }),
);

test("a bad interval or function is refused at the call", () => {
  expect(() => new Timer(Number.NaN, () => {})).toThrow("Cannot set a Timer for NaN");
  expect(() => new Timer("soon" as never, () => {})).toThrow(TypeError);
  expect(() => new Timer(5, 7 as never)).toThrow("Cannot call 7 by a Timer: pass a function");
});
