import {
  getHub,
  isControl,
  kill,
  sleep,
  spawn,
  Timeout,
  uninterruptible,
  until,
  withTimeout,
} from "fibril";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

const uninterruptibleOf = uninterruptible as unknown as (body?: unknown) => unknown;

function* after(ms: number, value: unknown) {
  yield* sleep(ms);
  return value;
}

test(
  "it gives what its body gives, of each kind, and throws what that throws",
  virtually(function* () {
    const error = new Error("thrown");
    expect(yield* uninterruptible(() => after(1, "generator function"))).toBe("generator function");
    expect(yield* uninterruptible(after(1, "generator"))).toBe("generator");
    expect(yield* uninterruptible(spawn(after, 1, "Wait").get())).toBe("Wait");
    expect(yield* uninterruptible(async () => "async")).toBe("async");
    expect(yield* uninterruptible(() => "plain")).toBe("plain");
    expect(yield* uninterruptible(Promise.resolve("promise"))).toBe("promise");
    const failing = uninterruptible((): string => {
      throw error;
    });
    expect(yield* thrownBy(failing)).toBe(error);
  }),
);

test(
  "a kill waits for its end and is thrown there, not at some later wait",
  virtually(function* () {
    const trace: string[] = [];
    const fiber = spawn(function* () {
      yield* uninterruptible(function* () {
        yield* sleep(10);
        trace.push(`saved at ${getHub().now()}`);
      });
      trace.push("never");
    });
    yield* sleep();
    yield* kill(fiber);
    expect([trace, fiber.status, getHub().now()]).toEqual([["saved at 10"], "killed", 10]);
  }),
);

test(
  "several strikes wait, and nested regions hold them until the outermost ends",
  virtually(function* () {
    const trace: string[] = [];
    const fiber = spawn(function* () {
      Timeout.start(3);
      yield* thrownBy(
        uninterruptible(function* () {
          yield* uninterruptible(sleep(5));
          trace.push("inner ends");
          yield* sleep(5);
          trace.push("outer ends");
        }),
      );
      trace.push(`struck at ${getHub().now()}`);
      yield* sleep(50);
    });
    yield* sleep(4);
    yield* kill(fiber);
    expect(trace).toEqual(["inner ends", "outer ends", "struck at 10"]);
    expect([fiber.status, getHub().now()]).toEqual(["killed", 10]);
  }),
);

test(
  "a Timeout from outside waits, one that the body itself starts strikes",
  virtually(function* () {
    const trace: unknown[] = [];
    const outer = yield* thrownBy(
      withTimeout(
        5,
        uninterruptible(function* () {
          yield* sleep(10);
          const own = Timeout.start(5);
          trace.push((yield* thrownBy(sleep(50))) === own);
          trace.push(yield* withTimeout(5, sleep(50), { value: "own" }));
        }),
      ),
    );
    expect(outer).toBeInstanceOf(Timeout);
    expect([trace, getHub().now()]).toEqual([[true, "own"], 20]);
  }),
);

test(
  "a Timeout that was closed meanwhile is not thrown at the end",
  virtually(function* () {
    const timeout = Timeout.start(3);
    const value = yield* uninterruptible(function* () {
      yield* sleep(5);
      timeout.close();
      return "value";
    });
    expect(value).toBe("value");
    yield* sleep(5);
  }),
);

test(
  "when its body throws, the strike comes at the next wait",
  virtually(function* () {
    const trace: unknown[] = [];
    const fiber = spawn(function* () {
      const save = uninterruptible(function* () {
        yield* sleep(5);
        throw new Error("not saved");
      });
      trace.push(String(yield* thrownBy(save)));
      trace.push(isControl(yield* thrownBy(sleep(5))));
    });
    yield* sleep();
    yield* kill(fiber);
    expect(trace).toEqual(["Error: not saved", true]);
  }),
);

test(
  "an async body in it runs to its end, its signal does not abort",
  virtually(function* () {
    const trace: unknown[] = [];
    const fiber = spawn(() =>
      uninterruptible(
        until(async (signal) => {
          await sleep(5);
          trace.push(signal.aborted);
        }),
      ),
    );
    yield* sleep();
    yield* kill(fiber);
    expect([trace, fiber.status]).toEqual([[false], "killed"]);
  }),
);

test(
  "a fiber that was killed before it gets there is struck inside no more than outside",
  virtually(function* () {
    const trace: string[] = [];
    const fiber = spawn(function* () {
      try {
        yield* sleep(50);
      } finally {
        yield* uninterruptible(sleep("1 minute"));
        trace.push(`cleaned up at ${getHub().now()}`);
      }
    });
    yield* sleep();
    yield* fiber.kill(undefined, { grace: "1 second" });
    expect([trace, fiber.status]).toEqual([["cleaned up at 60000"], "killed"]);
  }),
);

test("what can't be run is refused at the call", () => {
  expect(() => uninterruptibleOf()).toThrow(TypeError);
  expect(() => uninterruptibleOf(5)).toThrow(TypeError);
  expect(() => uninterruptibleOf(async function* () {})).toThrow(TypeError);
});
