import * as Effect from "effect/Effect";
import { getCurrent, getHub, isControl, kill, sleep, spawn, Timeout, withTimeout } from "fibril";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

const withTimeoutOf = withTimeout as unknown as (...args: unknown[]) => unknown;

function* after(ms: number, value: unknown) {
  yield* sleep(ms);
  return value;
}

test(
  "what is done in time gives its value, and its timer is gone",
  virtually(function* () {
    expect(yield* withTimeout(10, () => after(5, "generator function"))).toBe("generator function");
    expect(yield* withTimeout(10, after(5, "generator"))).toBe("generator");
    expect(yield* withTimeout(10, spawn(after, 5, "Wait").get())).toBe("Wait");
    expect(yield* withTimeout(10, Effect.as(Effect.sleep(5), "Effect"))).toBe("Effect");
    expect(yield* withTimeout(10, () => "plain")).toBe("plain");
    expect(yield* withTimeout(10, Promise.resolve("promise"))).toBe("promise");
    expect(yield* withTimeout(10, async () => "async")).toBe("async");
    expect([getHub().now(), getHub().timers]).toEqual([20, 0]);
  }),
);

test(
  "past its delay a Timeout is thrown out of it, which is the catcher's own",
  virtually(function* () {
    const error = yield* thrownBy(withTimeout("2 seconds", sleep("1 hour")));
    expect(error).toBeInstanceOf(Timeout);
    expect([(error as Timeout).isMine, (error as Timeout).millis]).toEqual([true, 2000]);
    expect(isControl(error)).toBe(false);
    expect(getHub().now()).toBe(2000);
  }),
);

test(
  "a value is given instead, also one that is undefined",
  virtually(function* () {
    expect(yield* withTimeout(5, sleep(9), { value: "late" })).toBe("late");
    expect(yield* withTimeout(5, sleep(9), { value: undefined })).toBeUndefined();
    expect(yield* withTimeout(5, after(1, "in time"), { value: "late" })).toBe("in time");
    expect(yield* thrownBy(withTimeout(5, sleep(9), {} as never))).toBeInstanceOf(Timeout);
  }),
);

test(
  "the body is struck at its wait; inside, the Timeout is not its own and its finally may park",
  virtually(function* () {
    const trace: unknown[] = [];
    const error = yield* thrownBy(
      withTimeout(5, function* () {
        try {
          yield* sleep(50);
        } catch (caught) {
          trace.push([(caught as Timeout).isMine, isControl(caught)]);
          throw caught;
        } finally {
          yield* sleep(10);
          trace.push(`cleaned up at ${getHub().now()}`);
        }
      }),
    );
    expect(trace).toEqual([[false, true], "cleaned up at 15"]);
    expect((error as Timeout).isMine).toBe(true);
  }),
);

test(
  "a Timeout that the body swallowed is thrown at its end all the same",
  virtually(function* () {
    function* swallow() {
      try {
        yield* sleep(50);
      } catch {
        yield* sleep(1);
      }
      return "swallowed";
    }
    expect(yield* thrownBy(withTimeout(5, swallow))).toBeInstanceOf(Timeout);
    expect(yield* withTimeout(5, swallow, { value: "late" })).toBe("late");
  }),
);

test(
  "an error that the body throws in its place passes",
  virtually(function* () {
    const error = new Error("cleanup failed");
    function* body() {
      try {
        yield* sleep(50);
      } catch {
        throw error;
      }
    }
    expect(yield* thrownBy(withTimeout(5, body, { value: "late" }))).toBe(error);
  }),
);

test(
  "another's Timeout passes, whether or not a value was given",
  virtually(function* () {
    const outer = Timeout.start(5);
    expect(yield* thrownBy(withTimeout(10, sleep(50), { value: "late" }))).toBe(outer);
    const made = new Timeout(1);
    const throwing = withTimeout(
      10,
      (): string => {
        throw made;
      },
      { value: "late" },
    );
    expect(yield* thrownBy(throwing)).toBe(made);
  }),
);

test(
  "nested, each knows its own: the outer strikes through the inner, the inner stops at itself",
  virtually(function* () {
    const outer = withTimeout(5, withTimeout(50, sleep(99), { value: "inner" }), {
      value: "outer",
    });
    const inner = withTimeout(50, withTimeout(5, sleep(99), { value: "inner" }), {
      value: "outer",
    });
    const equal = withTimeout(5, withTimeout(5, sleep(99), { value: "inner" }), { value: "outer" });
    expect([yield* outer, yield* inner, yield* equal]).toEqual(["outer", "inner", "outer"]);
    expect([getHub().now(), getHub().timers]).toEqual([15, 0]);
  }),
);

test(
  "with a delay of 0 what needs no wait is done, all else is late",
  virtually(function* () {
    expect(yield* withTimeout(0, () => "at once")).toBe("at once");
    expect(yield* withTimeout(0, sleep(1), { value: "late" })).toBe("late");
    expect(yield* withTimeout(-7, sleep(1), { value: "late" })).toBe("late");
  }),
);

test(
  "an async body gets a signal that aborts, and its late result is dropped",
  virtually(function* () {
    const trace: unknown[] = [];
    const late = withTimeout(
      5,
      async (signal: AbortSignal) => {
        signal.addEventListener("abort", () => trace.push("aborted"));
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        return "late result";
      },
      { value: "late" },
    );
    expect(yield* late).toBe("late");
    yield* sleep(1);
    expect(trace).toEqual(["aborted"]);
  }),
);

test(
  "the body runs in the fiber itself, and a kill goes through",
  virtually(function* () {
    const self = getCurrent();
    expect((yield* withTimeout(5, () => ({ fiber: getCurrent() }))).fiber === self).toBe(true);
    const fiber = spawn(() => withTimeout(50, sleep(99), { value: "late" }));
    yield* sleep(1);
    yield* kill(fiber);
    expect([fiber.status, getHub().timers]).toEqual(["killed", 0]);
  }),
);

test(
  "one withTimeout may be run several times, also by several fibers at once",
  virtually(function* () {
    const limited = withTimeout(5, sleep(9), { value: "late" });
    const fibers = [spawn(() => limited), spawn(() => limited)];
    yield* sleep(2);
    expect([yield* limited, yield* limited]).toEqual(["late", "late"]);
    expect(getHub().now()).toBe(12);
    for (const fiber of fibers) expect(fiber.value).toBe("late");
  }),
);

test("at the top level it is awaited", async () => {
  expect(await withTimeout(1, sleep("1 hour"), { value: "late" })).toBe("late");
  await expect(withTimeout(1, sleep("1 hour"))).rejects.toBeInstanceOf(Timeout);
  expect(await withTimeout("1 hour", () => after(1, "value"))).toBe("value");
});

test("a bad delay or body is an error at the call", () => {
  expect(() => withTimeoutOf(Number.NaN, sleep(1))).toThrow(RangeError);
  expect(() => withTimeoutOf("soon", sleep(1))).toThrow(TypeError);
  expect(() => withTimeoutOf(5)).toThrow(TypeError);
  expect(() => withTimeoutOf(5, 5)).toThrow(TypeError);
  expect(() => withTimeoutOf(5, async function* () {})).toThrow(TypeError);
});
