import {
  call,
  type Fiber,
  GreenletExit,
  getCurrent,
  getHub,
  joinAll,
  kill,
  killAll,
  sleep,
  spawn,
  Timeout,
  until,
  type Yieldable,
} from "fibril";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

const killAllOf = killAll as unknown as (...args: unknown[]) => unknown;

type Way = "yield*" | "call";

test.each<Way>(["yield*", "call"])(
  "a kill goes through every level of %s, and each finally may park",
  (way) =>
    virtually(function* () {
      const trace: string[] = [];
      function* level(n: number): Generator<Yieldable<unknown>, void, unknown> {
        try {
          if (n === 0) yield* sleep("1 hour");
          else if (way === "call") yield* call(level, n - 1);
          else yield* level(n - 1);
        } finally {
          trace.push(`leaves ${n}`);
          yield* sleep(1);
          trace.push(`left ${n}`);
        }
      }
      const fiber = spawn(level, 2);
      yield* sleep();
      yield* kill(fiber);
      expect(trace).toEqual(["leaves 0", "left 0", "leaves 1", "left 1", "leaves 2", "left 2"]);
      expect(fiber.status).toBe("killed");
    })(),
);

test(
  "a killed async body ends at once; every Wait in what still runs throws GreenletExit",
  virtually(function* () {
    const trace: unknown[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const fiber = spawn(async () => {
      try {
        await sleep("1 hour");
      } catch (error) {
        trace.push(error instanceof GreenletExit);
      }
      await promise;
      trace.push("runs on unseen");
      await sleep(1).then(undefined, (error) => trace.push(error instanceof GreenletExit));
      await joinAll([]).then(undefined, (error) => trace.push(error instanceof GreenletExit));
      trace.push("end");
    });
    yield* sleep();
    yield* kill(fiber);
    trace.push(fiber.status);
    resolve();
    yield* sleep(10);
    expect(trace).toEqual(["killed", true, "runs on unseen", true, true, "end"]);
  }),
);

test(
  "an async body that waits for a plain promise is killed all the same, and its signal aborts",
  virtually(function* () {
    let signal: AbortSignal | undefined;
    const fiber = spawn(async () => {
      signal = getCurrent()?.signal;
      await new Promise(() => {});
    });
    yield* sleep();
    const reason = new GreenletExit("stop");
    yield* kill(fiber, reason);
    expect([fiber.status, signal?.aborted, signal?.reason]).toEqual(["killed", true, reason]);
  }),
);

test(
  "the result of a killed async body is dropped",
  virtually(function* () {
    const { promise, resolve } = Promise.withResolvers<string>();
    const fiber = spawn(async () => promise);
    yield* sleep();
    void kill(fiber);
    resolve("late");
    yield* sleep(1);
    expect([fiber.status, fiber.value]).toEqual(["killed", undefined]);
  }),
);

test(
  "the daemon's async body keeps nothing alive while it sleeps",
  virtually(function* () {
    const daemon = spawn({ daemon: true }, async () => {
      await sleep("1 hour");
    });
    yield* sleep(1);
    expect([daemon.dead, getHub().timers]).toEqual([false, 0]);
    expect(yield* getHub().join()).toBe(true);
  }),
);

test(
  "fiber.signal aborts with the kill's reason, also where it is asked for only afterwards",
  virtually(function* () {
    const reason = new Error("reason");
    const [early, late] = [spawn(() => sleep(1)), spawn(() => sleep(1))];
    const { signal } = early;
    const events: unknown[] = [];
    signal.addEventListener("abort", () => events.push(signal.reason));
    for (const fiber of [early, late]) yield* fiber.kill(reason);
    expect(events).toEqual([reason]);
    expect([late.signal.aborted, late.signal.reason]).toEqual([true, reason]);
    expect(spawn(() => 1).signal.aborted).toBe(false);
    expect([early.exception, late.exception]).toEqual([reason, reason]);
  }),
);

test(
  "killAll throws in list order with nothing in between, and waits for every death",
  virtually(function* () {
    const trace: string[] = [];
    function* body(name: string, cleanup: number) {
      try {
        yield* sleep("1 hour");
      } finally {
        trace.push(`${name} killed`);
        yield* sleep(cleanup);
        trace.push(`${name} dead`);
      }
    }
    const a = spawn(body, "a", 20);
    const b = spawn(body, "b", 10);
    yield* sleep();
    const unstarted = spawn(body, "unstarted", 1);
    spawn(() => trace.push("queued before"));
    const deaths = killAll(new Set([b, unstarted, a]));
    spawn(() => trace.push("queued after"));
    expect(unstarted.dead).toBe(true);
    yield* deaths;
    expect(trace).toEqual([
      "queued before",
      "b killed",
      "a killed",
      "queued after",
      "b dead",
      "a dead",
    ]);
    expect(getHub().now()).toBe(20);
  }),
);

test(
  "killAll takes a reason and a grace, and its timeout throws a Timeout",
  virtually(function* () {
    const reason = new Error("all of you");
    const caught: unknown[] = [];
    const stubborn = spawn(function* () {
      for (;;) {
        try {
          yield* sleep("1 hour");
        } catch (error) {
          caught.push(error);
          if (caught.length === 2) return;
        }
      }
    });
    const obedient = spawn(() => sleep("1 hour"));
    yield* sleep();
    const deaths = killAll([stubborn, obedient], { reason, grace: 30, timeout: 10 });
    expect(yield* thrownBy(deaths)).toBeInstanceOf(Timeout);
    expect([getHub().now(), obedient.exception, stubborn.dead]).toEqual([10, reason, false]);
    yield* stubborn.join();
    expect([getHub().now(), caught]).toEqual([30, [reason, reason]]);
  }),
);

test(
  "killAll of nothing, and of the dead, is done at once",
  virtually(function* () {
    const dead = spawn(() => 1);
    yield* dead;
    const trace: string[] = [];
    spawn(() => trace.push("other"));
    yield* killAll([]);
    yield* killAll([dead, dead]);
    expect([trace, dead.status]).toEqual([[], "success"]);
  }),
);

test(
  "a fiber among those it kills by killAll is struck where it waits for the deaths",
  virtually(function* () {
    const trace: string[] = [];
    const other = spawn(() => sleep("1 hour"));
    for (const others of [[other], []]) {
      const killer = spawn(function* () {
        yield* killAll([getCurrent() as Fiber, ...others]);
        trace.push("never");
      });
      yield* killer.join();
      expect([killer.status, trace]).toEqual(["killed", []]);
    }
    expect(other.status).toBe("killed");
  }),
);

test("killAll refuses what is no fiber, and then kills none", async () => {
  const fiber = spawn(() => sleep());
  expect(() => killAllOf([fiber, 5])).toThrow(TypeError);
  expect(() => killAllOf([fiber], 5)).toThrow(TypeError);
  expect(() => killAllOf([fiber], { grace: {} })).toThrow(TypeError);
  await fiber;
  expect(fiber.status).toBe("success");
});

test("a fiber is killed at the end of an await using", async () => {
  const fiber = spawn(() => until(new Promise(() => {})));
  await sleep();
  await fiber[Symbol.asyncDispose]();
  expect(fiber.status).toBe("killed");
});

test("100,000 fibers that wait for each other in a chain are killed without recursion", async () => {
  const fibers: Fiber[] = [spawn(() => sleep("1 hour"))];
  for (let i = 0; i < 100_000; i++) {
    const before = fibers[i] as Fiber;
    fibers.push(spawn(() => before.join()));
  }
  await sleep();
  await sleep();
  await killAll(fibers);
  expect(fibers.every((fiber) => fiber.status === "killed")).toBe(true);
});
