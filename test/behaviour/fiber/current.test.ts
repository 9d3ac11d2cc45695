import * as Effect from "effect/Effect";
import {
  call,
  forEach,
  GreenletExit,
  getCurrent,
  getHub,
  isControl,
  kill,
  LoopExit,
  signalHandler,
  sleep,
  spawn,
  Timeout,
  uninterruptible,
  until,
  withTimeout,
} from "fibril";
import { expect, test } from "vitest";
import { virtually } from "../../harness/virtual.ts";

const handlerOf = signalHandler as unknown as (...args: unknown[]) => unknown;

const nameHere = () => getCurrent()?.name;

test("at the top level there is no current fiber, before, after and while fibers run", async () => {
  expect(getCurrent()).toBeUndefined();
  const fiber = spawn(() => sleep(1));
  expect(getCurrent()).toBeUndefined();
  const seen = new Promise((resolve) => setTimeout(() => resolve(getCurrent()), 0));
  await fiber;
  expect([getCurrent(), await seen]).toEqual([undefined, undefined]);
});

test(
  "in a body it is its fiber: after a wait, in functions, nested bodies and the finally of a kill",
  virtually(function* () {
    const seen: unknown[] = [];
    function* nested() {
      seen.push(nameHere());
      yield* sleep(1);
      seen.push(nameHere());
    }
    const fiber = spawn({ name: "worker" }, function* () {
      try {
        seen.push([1].map(nameHere)[0]);
        yield* nested();
        yield* call(nested);
        yield* withTimeout(50, nested);
        yield* uninterruptible(nested);
        yield* forEach([1], nested);
        yield* until(() => Promise.resolve(seen.push(nameHere())));
        yield* Effect.sync(() => seen.push(nameHere()));
        yield* sleep("1 hour");
      } finally {
        seen.push(nameHere());
        yield* sleep(1);
        seen.push(nameHere());
      }
    });
    const other = spawn({ name: "other" }, function* () {
      for (let i = 0; i < 20; i++) yield* sleep(0.5);
    });
    yield* other;
    yield* kill(fiber);
    expect(seen.length).toBe(15);
    expect(new Set(seen)).toEqual(new Set(["worker"]));
    expect(nameHere()).toBe("main");
  }),
);

test(
  "in an async body it is its fiber after every await, of whatever",
  virtually(function* () {
    const seen: unknown[] = [];
    async function body(ms: number) {
      seen.push(nameHere());
      await sleep(ms);
      seen.push(nameHere());
      await Promise.resolve();
      seen.push(nameHere());
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(nameHere());
    }
    yield* spawn({ name: "async" }, body, 1);
    expect(seen).toEqual(["async", "async", "async", "async"]);
    seen.length = 0;
    const fibers = [spawn({ name: "a" }, body, 2), spawn({ name: "b" }, body, 2)];
    for (const fiber of fibers) yield* fiber;
    expect(seen.sort()).toEqual(["a", "a", "a", "a", "b", "b", "b", "b"]);
  }),
);

test(
  "a callback of the hub runs in no fiber",
  virtually(function* () {
    const seen: unknown[] = [];
    getHub().runCallback(() => seen.push(getCurrent()));
    yield* sleep();
    expect(seen).toEqual([undefined]);
  }),
);

test(
  "isControl knows kills, Timeouts of others and the abort of the fiber's own signal",
  virtually(function* () {
    expect(isControl(new GreenletExit())).toBe(true);
    expect(isControl(new Timeout(5))).toBe(true);
    expect(isControl(new LoopExit("stuck"))).toBe(false);
    for (const error of [new Error("404"), "text", undefined, null, 0]) {
      expect(isControl(error)).toBe(false);
    }
    const mine = Timeout.start(5);
    expect(isControl(mine)).toBe(false);
    mine.close();
    const abort = new DOMException("stopped", "AbortError");
    expect(isControl(abort)).toBe(false);
    const answers: unknown[] = [];
    const reason = new Error("reason");
    const fiber = spawn(function* () {
      const signal = getCurrent()?.signal;
      answers.push(signal?.aborted, isControl(abort), isControl(reason));
      try {
        yield* sleep(9);
      } catch (error) {
        answers.push(signal?.aborted, isControl(abort), isControl(error), isControl(new Error()));
      }
    });
    yield* sleep();
    yield* kill(fiber, reason);
    expect(answers).toEqual([false, false, false, true, true, true, false]);
  }),
);

test("a signal's handler must be a function and its signal one that there is", () => {
  expect(() => handlerOf("SIGUSR2", 5)).toThrow(TypeError);
  expect(() => handlerOf("SIGUSR2")).toThrow(TypeError);
  expect(() => handlerOf("SIGNOTHING", () => 1)).toThrow(/"SIGNOTHING"/);
  expect(() => handlerOf("SIGNOTHING", () => 1)).toThrow(RangeError);
  expect(() => handlerOf(12, () => 1)).toThrow(RangeError);
});

test("a signal's handler can be taken back, more than once", () => {
  const before = process.listenerCount("SIGUSR2");
  const handler = signalHandler("SIGUSR2", () => 1);
  expect(process.listenerCount("SIGUSR2")).toBe(before + 1);
  handler.cancel();
  handler.cancel();
  expect(process.listenerCount("SIGUSR2")).toBe(before);
});
