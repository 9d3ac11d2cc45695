import { type Fiber, GreenletExit, getHub, joinAll, kill, sleep, spawn } from "fibril";
import { Group, Pool } from "fibril/pool";
import { expect, test } from "vitest";
import { takeErrors } from "../../harness/console.ts";
import { after, failAfter, thrownBy, virtually } from "../../harness/virtual.ts";

test(
  "a join waits for all, those added meanwhile included, and gives true",
  virtually(function* () {
    const group = new Group();
    expect(yield* group.join()).toBe(true);
    group.spawn(after, 10, 1);
    group.spawn(function* () {
      yield* sleep(5);
      group.spawn(after, 20, 2);
    });
    const joiner = spawn(() => group.join());
    yield* sleep();
    expect(joiner.parkReason).toBe("group.join (2 at work)");
    expect([yield* group.join(), getHub().now(), yield* joiner]).toEqual([true, 25, true]);
  }),
);

test(
  "who joins goes on even if somebody comes after the last has gone",
  virtually(function* () {
    const group = new Group();
    group.spawn(after, 5, 1);
    spawn(function* () {
      yield* sleep(5);
      group.spawn(after, 100, 2);
    });
    yield* group.join();
    expect([getHub().now(), group.length]).toEqual([5, 1]);
  }),
);

test(
  "past the timeout a join gives false, and all go on",
  virtually(function* () {
    const group = new Group();
    group.spawn(after, 10, 1);
    expect(yield* group.join({ timeout: 5 })).toBe(false);
    expect(yield* group.join({ timeout: 0 })).toBe(false);
    expect([getHub().now(), getHub().timers, group.length]).toEqual([5, 1, 1]);
    expect(yield* group.join({ timeout: 100 })).toBe(true);
    expect([getHub().now(), getHub().timers]).toEqual([10, 0]);
  }),
);

test(
  "a join throws the failure of a member that is long gone, once",
  virtually(function* () {
    const group = new Group();
    const error = new Error("failed");
    group.spawn(failAfter, 1, error);
    yield* sleep(5);
    expect(group.length).toBe(0);
    expect(yield* thrownBy(group.join())).toBe(error);
    expect(yield* group.join()).toBe(true);
  }),
);

test(
  "of several failures it is the first in time, when all have ended",
  virtually(function* () {
    const group = new Group();
    const [first, second] = [new Error("first"), new Error("second")];
    group.spawn(failAfter, 20, second);
    group.spawn(failAfter, 10, first);
    group.spawn(after, 30, "value");
    expect(yield* thrownBy(group.join())).toBe(first);
    expect(getHub().now()).toBe(30);
    expect(yield* group.join()).toBe(true);
  }),
);

test(
  "a fiber that has failed before it is added counts, one that is let go before it fails does not",
  virtually(function* () {
    const group = new Group();
    const [error, other] = [new Error("before"), new Error("after")];
    const failed: Fiber = spawn(failAfter, 1, error);
    yield* sleep(5);
    group.add(failed);
    expect(yield* thrownBy(group.join())).toBe(error);
    const discarded: Fiber = group.spawn(failAfter, 1, other);
    group.discard(discarded);
    yield* discarded.join();
    expect(yield* group.join()).toBe(true);
    expect(discarded.exception).toBe(other);
  }),
);

test(
  "every join that waits throws, and one with raiseError: false leaves the failure to the next",
  virtually(function* () {
    const group = new Group();
    const error = new Error("failed");
    group.spawn(failAfter, 5, error);
    expect(yield* group.join({ raiseError: false })).toBe(true);
    const late = yield* thrownBy(group.join());
    group.spawn(failAfter, 5, error);
    const joiners: Fiber[] = [1, 2].map(() => spawn(() => group.join()));
    const blind = group.join({ raiseError: false });
    expect([late, yield* blind]).toEqual([error, true]);
    yield* joinAll(joiners, { raiseError: false });
    expect(joiners.map((joiner) => joiner.exception)).toEqual([error, error]);
    expect(yield* group.join()).toBe(true);
  }),
);

test(
  "past its timeout a join throws what has failed so far",
  virtually(function* () {
    const group = new Group();
    const error = new Error("failed");
    group.spawn(failAfter, 1, error);
    group.spawn(after, 20, 1);
    expect(yield* thrownBy(group.join({ timeout: 10 }))).toBe(error);
    expect(yield* group.join({ timeout: 1 })).toBe(false);
    expect(yield* group.join({ timeout: 50, raiseError: false })).toBe(true);
  }),
);

test(
  "a killed member has not failed, unless by an error of its own",
  virtually(function* () {
    const group = new Group();
    const error = new Error("in the cleanup");
    void group.spawn(() => sleep("1 hour")).kill();
    const stubborn = group.spawn(function* () {
      try {
        yield* sleep("1 hour");
      } finally {
        yield* failAfter(1, error);
      }
    });
    yield* sleep();
    expect(yield* group.join({ timeout: 1 })).toBe(false);
    void stubborn.kill();
    expect(yield* thrownBy(group.join())).toBe(error);
  }),
);

test(
  "it waits for what mapAsync and applyAsync have still to begin",
  virtually(function* () {
    const done: unknown[] = [];
    function* work(n: number) {
      yield* sleep(10);
      done.push(n);
    }
    const pool = new Pool(1);
    pool.applyAsync(work, [1]);
    pool.applyAsync(work, [2]);
    pool.mapAsync(work, [3, 4]);
    yield* pool.join();
    expect([done, getHub().now()]).toEqual([[1, 2, 3, 4], 40]);
  }),
);

test(
  "a member cannot join its group, it would wait for itself",
  virtually(function* () {
    const group = new Group();
    group.spawn({ name: "inside" }, () => group.join());
    const error = yield* thrownBy(group.join());
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain('"inside" is in the group and would wait for itself');
    const inside = group.spawn(async () => group.join());
    expect(yield* thrownBy(inside.get())).toBeInstanceOf(TypeError);
    yield* thrownBy(group.join());
  }),
);

test(
  "a joiner that is killed or aborted leaves the group as it was",
  virtually(function* () {
    const group = new Group();
    group.spawn(after, 10, 1);
    const controller = new AbortController();
    const killed = spawn(() => group.join());
    const aborted: Fiber = spawn(() => group.join({ signal: controller.signal }));
    yield* sleep();
    yield* kill(killed);
    controller.abort(new Error("aborted"));
    yield* aborted.join();
    expect([killed.exception, aborted.exception]).toEqual([
      expect.any(GreenletExit),
      new Error("aborted"),
    ]);
    expect(yield* group.join()).toBe(true);
    expect(getHub().timers).toBe(0);
  }),
);

test("an awaited join outside of fibers does the same", async () => {
  const group = new Group();
  group.spawn(after, 5, 1);
  expect(await group.join()).toBe(true);
  const error = new Error("failed");
  group.spawn(failAfter, 5, error);
  expect(await group.join().then(undefined, (thrown) => thrown)).toBe(error);
});

test("a failure is reported if no join throws it, and not before one that waits for the others", async () => {
  const { exitCode } = process;
  const errors = takeErrors();
  function* fail(name: string) {
    yield* sleep(5);
    throw new Error(`failure of ${name}`);
  }
  const spawnFailing = (name: string) => {
    const group = new Group();
    group.spawn({ name }, fail, name);
    group.spawn({ name: `${name} sibling` }, fail, `${name} sibling`);
    return group;
  };
  const joined = spawnFailing("joined");
  joined.spawn(() => sleep(1500));
  const join = joined.join().then(undefined, (error: Error) => error.message);
  const blind = spawnFailing("blind");
  await blind.join({ raiseError: false });
  const late = spawnFailing("late");
  late.spawn(() => sleep(1500));
  await sleep(20);
  const lateJoin = late.join().then(undefined, (error: Error) => error.message);
  const cut = spawnFailing("cut short");
  cut.spawn(() => sleep(3000));
  const cutJoin = spawn(() => cut.join());
  await sleep(20);
  await kill(cutJoin);
  expect([await join, await lateJoin]).toEqual(["failure of joined", "failure of late"]);
  spawn({ name: "last" }, () => {
    throw new Error("last");
  });
  await errors.until((line) => line.startsWith('Fiber "last"'));
  errors.release();
  await cut.kill();
  process.exitCode = exitCode ?? 0;
  const reported = errors.lines.map((line) => /^Fiber "([^"]*)"/.exec(line)?.[1]);
  expect(reported).toEqual(["blind", "blind sibling", "cut short", "cut short sibling", "last"]);
});
