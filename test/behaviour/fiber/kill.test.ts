import {
  type Fiber,
  GreenletExit,
  getCurrent,
  getHub,
  joinAll,
  kill,
  sleep,
  spawn,
  until,
} from "fibril";
import { expect, test } from "vitest";
import { virtually } from "../../harness/virtual.ts";

const killAnything = kill as unknown as (...args: unknown[]) => unknown;

test(
  "a fiber that is killed before its start never runs, and is dead at once",
  virtually(function* () {
    const trace: string[] = [];
    const fiber = spawn(() => trace.push("body"));
    fiber.link(() => trace.push("link"));
    void kill(fiber);
    expect([fiber.dead, fiber.status]).toEqual([true, "killed"]);
    yield* sleep();
    yield* sleep();
    expect(trace).toEqual(["link"]);
  }),
);

test(
  "a killed fiber gets a GreenletExit at its yield*, and its finally may park",
  virtually(function* () {
    const trace: unknown[] = [];
    const fiber = spawn(function* () {
      try {
        yield* sleep("1 hour");
      } catch (error) {
        trace.push(error instanceof GreenletExit);
        throw error;
      } finally {
        trace.push("cleanup begins");
        yield* sleep(10);
        trace.push("cleanup ends");
      }
    });
    yield* sleep();
    yield* kill(fiber);
    trace.push("dead");
    expect(trace).toEqual([true, "cleanup begins", "cleanup ends", "dead"]);
    expect([getHub().now(), fiber.status]).toEqual([10, "killed"]);
  }),
);

test(
  "a kill acts at the call, without anybody waiting for it, and is thrown a step later",
  virtually(function* () {
    const trace: string[] = [];
    const fiber = spawn(function* () {
      try {
        yield* sleep("1 hour");
      } finally {
        trace.push("killed");
      }
    });
    yield* sleep();
    void fiber.kill();
    trace.push("called");
    expect([fiber.dead, fiber.parkReason]).toEqual([false, undefined]);
    yield* sleep();
    expect([trace, fiber.dead]).toEqual([["called", "killed"], true]);
  }),
);

test(
  "a wake-up that was there before the kill goes first, and the body may end by itself",
  virtually(function* () {
    const trace: string[] = [];
    const fibers: Fiber[] = [];
    spawn(function* () {
      yield* sleep(5);
      for (const fiber of fibers) void fiber.kill();
    });
    function* body(wakes: number) {
      for (let i = 0; i < wakes; i++) {
        yield* sleep(5);
        trace.push(`woke ${i}`);
      }
      return "own value";
    }
    yield* sleep();
    fibers.push(spawn(body, 1), spawn(body, 2));
    yield* joinAll(fibers, { raiseError: false });
    expect(trace).toEqual(["woke 0", "woke 0"]);
    expect(fibers.map((fiber) => [fiber.status, fiber.value])).toEqual([
      ["success", "own value"],
      ["killed", undefined],
    ]);
  }),
);

test(
  "a kill that was there before the wake-up goes first",
  virtually(function* () {
    const trace: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const target = spawn(() => sleep(1));
    const waits = [() => until(promise), () => target.join(), () => sleep(5)];
    function* body(wait: (typeof waits)[number]) {
      try {
        yield* wait();
        trace.push("woke");
      } catch {
        trace.push("exit");
      }
      yield* sleep(20);
    }
    const fibers = waits.map((wait) => spawn(body, wait));
    yield* sleep();
    for (const fiber of fibers) void fiber.kill();
    resolve();
    void target.kill();
    yield* joinAll(fibers, { raiseError: false });
    expect(trace).toEqual(["exit", "exit", "exit"]);
  }),
);

test(
  "a fiber that kills itself is struck at once where it waits for that, else at its next wait",
  virtually(function* () {
    const trace: string[] = [];
    const waiting = spawn(function* () {
      yield* kill(getCurrent() as Fiber);
      trace.push("never");
    });
    const going = spawn(function* () {
      void kill(getCurrent() as Fiber);
      trace.push("still here");
      yield* sleep();
      trace.push("never");
    });
    const ending = spawn(() => {
      void kill(getCurrent() as Fiber);
      return "own value";
    });
    yield* joinAll([waiting, going, ending], { raiseError: false });
    expect(trace).toEqual(["still here"]);
    expect([waiting.status, going.status, ending.value]).toEqual(["killed", "killed", "own value"]);
  }),
);

test(
  "a second kill does not cut a running cleanup short, and keeps the first one's reason",
  virtually(function* () {
    const trace: string[] = [];
    const first = new GreenletExit("first");
    const fiber = spawn(function* () {
      try {
        yield* sleep("1 hour");
      } finally {
        trace.push("cleanup begins");
        yield* sleep(10);
        trace.push("after its own park");
        yield* sleep(10);
        trace.push("and another one");
      }
    });
    yield* sleep();
    void fiber.kill(first);
    yield* sleep(5);
    void fiber.kill(new Error("second"));
    yield* fiber.kill();
    expect(trace).toEqual(["cleanup begins", "after its own park", "and another one"]);
    expect([fiber.status, fiber.exception]).toEqual(["killed", first]);
  }),
);

test(
  "a caught kill lives on, and its value wins",
  virtually(function* () {
    const fiber = spawn(function* () {
      try {
        yield* sleep("1 hour");
      } catch {
        yield* sleep(1);
      }
      yield* sleep(1);
      return "caught";
    });
    yield* sleep();
    yield* kill(fiber);
    expect([fiber.status, yield* fiber]).toEqual(["success", "caught"]);
    expect(fiber.signal.aborted).toBe(true);
  }),
);

test(
  "an error thrown by a cleanup is the fiber's failure",
  virtually(function* () {
    const error = new Error("in the cleanup");
    const fiber = spawn(function* () {
      try {
        yield* sleep("1 hour");
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: the point of this test
        throw error;
      }
    });
    yield* sleep();
    yield* kill(fiber);
    expect([fiber.status, fiber.exception]).toEqual(["failure", error]);
  }),
);

test(
  "the Wait of a kill gives undefined, can be run again, and a dead fiber is not changed",
  virtually(function* () {
    const fiber = spawn(() => "value");
    yield* fiber;
    const death = fiber.kill();
    expect([yield* death, yield* death, fiber.value]).toEqual([undefined, undefined, "value"]);
    expect(fiber.status).toBe("success");
  }),
);

test(
  "a kill waits no longer than its timeout, silently, and the fiber lives on",
  virtually(function* () {
    const fiber = spawn(function* () {
      try {
        yield* sleep("1 hour");
      } finally {
        yield* sleep(100);
      }
    });
    yield* sleep();
    expect(yield* fiber.kill(undefined, { timeout: 10 })).toBeUndefined();
    expect([getHub().now(), fiber.dead]).toEqual([10, false]);
    yield* fiber.kill();
    expect([getHub().now(), fiber.dead]).toEqual([100, true]);
  }),
);

test("what is no fiber can't be killed, bad options are errors and nothing is killed", async () => {
  const fiber = spawn(() => sleep());
  expect(() => killAnything(5)).toThrow(TypeError);
  expect(() => killAnything(undefined)).toThrow(TypeError);
  expect(() => killAnything(fiber, undefined, 5)).toThrow(TypeError);
  expect(() => killAnything(fiber, undefined, { grace: Number.NaN })).toThrow(RangeError);
  expect(() => killAnything(fiber, undefined, { timeout: "soon" })).toThrow(TypeError);
  await fiber;
  expect(fiber.status).toBe("success");
});
