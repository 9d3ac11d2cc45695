import { getHub, kill, sleep, spawn, Timeout, until, withTimeout } from "fibril";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

const untilOf = until as unknown as (source?: unknown) => unknown;

test(
  "until gives what the promise gives, or throws its rejection as it is",
  virtually(function* () {
    expect(yield* until(Promise.resolve("value"))).toBe("value");
    expect(yield* until(async () => "made")).toBe("made");
    for (const thrown of [new Error("rejected"), "text", undefined, null, 0]) {
      expect(yield* thrownBy(until(Promise.reject(thrown)))).toBe(thrown);
      expect(yield* thrownBy(until(() => Promise.reject(thrown)))).toBe(thrown);
    }
  }),
);

test(
  "anything with then is a promise, and a function may give a value at once",
  virtually(function* () {
    const thenable = { then: (resolve: (value: string) => void) => void resolve("thenable") };
    expect(yield* until(thenable as unknown as PromiseLike<string>)).toBe("thenable");
    expect(yield* until(spawn(() => "fiber"))).toBe("fiber");
    const trace: string[] = [];
    spawn(() => trace.push("other"));
    expect(yield* until(() => "value")).toBe("value");
    expect(trace).toEqual([]);
  }),
);

test(
  "a function that throws at once fails like one that rejects",
  virtually(function* () {
    const error = new Error("at once");
    const failing = until(() => {
      throw error;
    });
    expect(yield* thrownBy(failing)).toBe(error);
    yield* sleep();
  }),
);

test(
  "a function is not called before the Wait is run, and anew at each run",
  virtually(function* () {
    let calls = 0;
    const wait = until(async () => ++calls);
    expect(calls).toBe(0);
    expect([yield* wait, yield* wait]).toEqual([1, 2]);
  }),
);

test(
  "the signal aborts at a kill and at a Timeout, and not when the promise is done",
  virtually(function* () {
    const signals: AbortSignal[] = [];
    const never = until((signal) => {
      signals.push(signal);
      return new Promise(() => {});
    });
    const killed = spawn(() => never);
    const timed = spawn(() => withTimeout(5, never, { value: "late" }));
    yield* until((signal) => {
      signals.push(signal);
      return Promise.resolve();
    });
    expect(signals.map((signal) => signal.aborted)).toEqual([false, false, false]);
    yield* kill(killed);
    yield* timed;
    yield* sleep(5);
    expect(signals.map((signal) => signal.aborted)).toEqual([false, true, true]);
  }),
);

test(
  "a result that comes after a kill or Timeout is dropped, and wakes no later wait",
  virtually(function* () {
    const { promise, resolve } = Promise.withResolvers<string>();
    const rejecting = Promise.withResolvers<string>();
    const trace: string[] = [];
    const fiber = spawn(function* () {
      for (const late of [promise, rejecting.promise]) {
        const timeout = Timeout.start(5);
        expect(yield* thrownBy(until(late))).toBe(timeout);
      }
      yield* sleep(20);
      trace.push(`slept to ${getHub().now()}`);
    });
    yield* sleep(12);
    resolve("late");
    rejecting.reject(new Error("late"));
    yield* fiber;
    expect(trace).toEqual(["slept to 30"]);
  }),
);

test(
  "one until may be waited for by several fibers",
  virtually(function* () {
    const { promise, resolve } = Promise.withResolvers<string>();
    const wait = until(promise);
    const fibers = [spawn(() => wait), spawn(() => wait), spawn(() => wait)];
    yield* sleep();
    yield* kill(fibers[1] as (typeof fibers)[number]);
    resolve("value");
    yield* sleep(1);
    expect(fibers.map((fiber) => fiber.value)).toEqual(["value", undefined, "value"]);
  }),
);

test("at the top level it is the promise's own value", async () => {
  expect(await until(Promise.resolve(1))).toBe(1);
  await expect(until(Promise.reject(new Error("no")))).rejects.toThrow("no");
});

test.each([[undefined], [null], [5], ["promise"], [{}], [[Promise.resolve(1)]]])(
  "%s is no promise: a TypeError at the call",
  (source) => {
    expect(() => untilOf(source)).toThrow(TypeError);
  },
);
