import * as Cause from "effect/Cause";
import * as Exit from "effect/Exit";
import { type Fiber, GreenletExit, getCurrent, getHub, joinAll, sleep, spawn, until } from "fibril";
import { expect, test } from "vitest";
import { virtually } from "../../harness/virtual.ts";

/** Everything that a fiber says of its state. */
const stateOf = (fiber: Fiber) => ({
  status: fiber.status,
  started: fiber.started,
  dead: fiber.dead,
  ready: fiber.ready(),
  successful: fiber.successful(),
  value: fiber.value,
  exception: fiber.exception,
});

const unfinished = {
  dead: false,
  ready: false,
  successful: false,
  value: undefined,
  exception: undefined,
};
const finished = { ...unfinished, started: false, dead: true, ready: true };

test(
  "a fiber is pending, running, suspended, and then a success",
  virtually(function* () {
    const seen: unknown[] = [];
    const fiber: Fiber = spawn(function* () {
      seen.push(stateOf(fiber));
      yield* sleep(1);
      seen.push(stateOf(fiber));
      return "value";
    });
    expect(stateOf(fiber)).toEqual({ ...unfinished, status: "pending", started: false });
    yield* sleep();
    expect(stateOf(fiber)).toEqual({ ...unfinished, status: "suspended", started: true });
    yield* fiber;
    const running = { ...unfinished, status: "running", started: true };
    expect(seen).toEqual([running, running]);
    expect(stateOf(fiber)).toEqual({
      ...finished,
      status: "success",
      successful: true,
      value: "value",
    });
    expect(fiber.exit).toEqual(Exit.succeed("value"));
  }),
);

test(
  "a fiber in the queue and one with an async body are suspended",
  virtually(function* () {
    const queued = spawn(() => sleep(0));
    const asynchronous = spawn(async () => {
      await sleep(1);
    });
    yield* sleep();
    expect(stateOf(queued)).toEqual({ ...unfinished, status: "suspended", started: true });
    expect(stateOf(asynchronous)).toEqual({ ...unfinished, status: "suspended", started: true });
    yield* joinAll([queued, asynchronous]);
  }),
);

test(
  "a failed fiber has its exception and no value",
  virtually(function* () {
    const error = new Error("failed");
    const fibers = [
      spawn(function* () {
        yield* sleep();
        throw error;
      }),
      spawn(() => {
        throw error;
      }),
    ];
    for (const fiber of fibers) {
      yield* fiber.join();
      expect(stateOf(fiber)).toEqual({ ...finished, status: "failure", exception: error });
      expect(Exit.isFailure(fiber.exit as Exit.Exit<never>)).toBe(true);
    }
  }),
);

test(
  "a killed fiber is killed: no success, an interrupt-only Exit, the GreenletExit its exception",
  virtually(function* () {
    const reason = new GreenletExit("enough");
    const started = spawn(() => sleep("1 hour"));
    yield* sleep();
    const unstarted = spawn(() => sleep("1 hour"));
    for (const fiber of [started, unstarted]) {
      yield* fiber.kill(reason);
      expect(stateOf(fiber)).toEqual({ ...finished, status: "killed", exception: reason });
      const exit = fiber.exit;
      expect(exit && Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)).toBe(true);
    }
  }),
);

test(
  "a look at a live fiber's exit is undefined",
  virtually(function* () {
    const fiber = spawn(() => sleep(1));
    expect(fiber.exit).toBeUndefined();
    yield* sleep();
    expect(fiber.exit).toBeUndefined();
    yield* fiber;
    expect(fiber.exit).toEqual(Exit.succeed(undefined));
  }),
);

test(
  "parkReason says what a fiber waits for, and nothing while it does not",
  virtually(function* () {
    const target = spawn({ name: "target" }, () => sleep(50));
    const reasons: [Fiber, string | RegExp][] = [
      [target, "sleep(50ms)"],
      [spawn(() => sleep("2 seconds")), "sleep(2s)"],
      [spawn(() => target.join()), "join(target)"],
      [spawn(() => target.get()), "join(target)"],
      [spawn(() => joinAll([target, spawn({ name: "other" }, () => sleep(9))])), /^joinAll\(t/],
      [spawn(() => until(new Promise(() => {}))), /^until/],
      [
        spawn(async () => {
          await sleep("1 hour");
        }),
        /^async/,
      ],
    ];
    expect(target.parkReason).toBeUndefined();
    yield* sleep();
    yield* sleep();
    for (const [fiber, reason] of reasons) expect(fiber.parkReason).toMatch(reason);
    yield* target;
    expect(target.parkReason).toBeUndefined();
    expect(getCurrent()?.parkReason).toBeUndefined();
  }),
);

test(
  "the name is the body's with the id, and can be assigned",
  virtually(function* () {
    function* worker() {
      yield* sleep();
    }
    const named = spawn(worker);
    expect(named.name).toBe(`worker-${named.id}`);
    named.name = "renamed";
    expect(named.name).toBe("renamed");
    const anonymous = spawn(
      (
        () => () =>
          1
      )(),
    );
    expect(anonymous.name).toBe(`fiber-${anonymous.id}`);
    expect(spawn(worker()).name).toMatch(/^fiber-\d+$/);
    expect(getCurrent()?.name).toBe("main");
    yield* named;
  }),
);

test("ids grow and are never used again", () => {
  const ids = [1, 2, 3].map(() => spawn(() => 1).id);
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
});

test(
  "spawningFiber is the spawner, after an await in an async body too",
  virtually(function* () {
    let inner: Fiber | undefined;
    const outer = spawn(function* () {
      inner = spawn(() => sleep(1));
      yield* sleep();
    });
    yield* sleep();
    expect(inner?.spawningFiber === outer).toBe(true);
    expect(outer.spawningFiber === getCurrent()).toBe(true);
    let innermost: Fiber | undefined;
    const asynchronous = spawn(async () => {
      await sleep();
      innermost = spawn(() => sleep(1));
      await innermost;
    });
    yield* sleep(0.5);
    expect(innermost?.spawningFiber === asynchronous).toBe(true);
    yield* asynchronous;
  }),
);

test("a fiber of the top level has no spawningFiber", async () => {
  const fiber = spawn(() => 1);
  expect(fiber.spawningFiber).toBeUndefined();
  await fiber;
});

test("spawningStack is where it was spawned, innermost first, at most ten frames", () => {
  function deep(n: number): Fiber {
    return n === 0 ? spawn(() => 1) : deep(n - 1);
  }
  const frames = deep(20).spawningStack;
  expect(frames.length).toBe(10);
  expect(frames[0]).toMatch(/^at deep .*state\.test\.ts/);
});

test(
  "the hub lists live fibers, oldest first, and counts timers",
  virtually(function* () {
    const [first, second] = [spawn(() => sleep(2)), spawn(() => sleep(1))];
    expect(getHub().fibers.map((fiber) => fiber.id)).toEqual([
      getCurrent()?.id,
      first.id,
      second.id,
    ]);
    expect(getHub().ready).toBeGreaterThanOrEqual(2);
    yield* sleep();
    expect(getHub().timers).toBe(2);
    yield* second;
    expect(getHub().fibers.includes(second)).toBe(false);
    yield* first;
    expect(getHub().timers).toBe(0);
  }),
);
