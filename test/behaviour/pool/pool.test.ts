import { type Fiber, getHub, joinAll, kill, sleep, spawn, withTimeout } from "fibril";
import { select } from "fibril/channel";
import { Pool, PoolFull } from "fibril/pool";
import { Full } from "fibril/queue";
import { expect, test } from "vitest";
import { after, failAfter, thrownBy, virtually } from "../../harness/virtual.ts";

/** Spawns `count` members that log their start and end, and logs that each was spawned. */
function* spawnLogged(pool: Pool, count: number, trace: string[]) {
  function* member(n: number) {
    trace.push(`s${n}`);
    yield* sleep(1);
    trace.push(`e${n}`);
  }
  for (let n = 0; n < count; n++) {
    yield* pool.spawn(member, n);
    trace.push(`sp${n}`);
  }
}

test(
  "who spawns into a full pool waits for room",
  virtually(function* () {
    const trace: string[] = [];
    const pool = new Pool(1);
    yield* spawnLogged(pool, 3, trace);
    yield* pool.join();
    expect(trace.join(" ")).toBe("sp0 s0 e0 sp1 s1 e1 sp2 s2 e2");
  }),
);

test(
  "a spawn that has room gives the fiber without waiting",
  virtually(function* () {
    const pool = new Pool(2);
    const trace: string[] = [];
    spawn(() => trace.push("other"));
    const fiber: Fiber<string, unknown> = yield* pool.spawn((word: string) => word, "value");
    trace.push(fiber.status);
    expect([trace, pool.length, pool.freeCount()]).toEqual([["pending"], 1, 1]);
    expect(yield* fiber).toBe("value");
    expect([trace, pool.length, pool.freeCount()]).toEqual([["pending", "other"], 0, 2]);
  }),
);

test(
  "whoever waits longest gets in first, in one go with all for whom there is room",
  virtually(function* () {
    const trace: string[] = [];
    const pool = new Pool(2);
    for (const n of [1, 2]) yield* pool.spawn(after, 10, n);
    const waiting = ["a", "b", "c"].map((name) =>
      spawn({ name }, function* () {
        yield* pool.spawn(after, 10, name);
        trace.push(`${name} at ${getHub().now()}`);
      }),
    );
    yield* sleep();
    expect(waiting[0]?.parkReason).toBe("pool.spawn (full)");
    yield* joinAll(waiting);
    expect(trace).toEqual(["a at 10", "b at 10", "c at 20"]);
  }),
);

test(
  "a fiber that runs may take the place that has just come free",
  virtually(function* () {
    const trace: string[] = [];
    const pool = new Pool(1);
    const first = yield* pool.spawn(() => sleep("1 hour"));
    spawn(function* () {
      yield* pool.spawn(() => trace.push("waited"));
    });
    yield* sleep();
    pool.discard(first);
    yield* pool.spawn(() => trace.push("was quicker"));
    yield* sleep(1);
    expect(trace).toEqual(["was quicker", "waited"]);
  }),
);

test(
  "killed or timed out while it waits, a spawn has not happened",
  virtually(function* () {
    const pool = new Pool(1);
    const ran: string[] = [];
    yield* pool.spawn(after, 10, 1);
    const killed = spawn(() => pool.spawn(() => ran.push("killed")));
    const late = spawn(() =>
      withTimeout(
        5,
        pool.spawn(() => ran.push("late")),
        { value: "too late" },
      ),
    );
    yield* sleep();
    yield* kill(killed);
    expect(yield* late).toBe("too late");
    yield* pool.spawn(() => ran.push("next"));
    yield* pool.join();
    expect([ran, getHub().now(), getHub().timers]).toEqual([["next"], 10, 0]);
  }),
);

test(
  "a Wait of a spawn that is run twice, or by two, spawns twice",
  virtually(function* () {
    const pool = new Pool(1);
    let count = 0;
    const wait = pool.spawn(() => ++count);
    expect(count).toBe(0);
    const [one, two] = [yield* wait, yield* wait];
    expect([one === two, yield* one, yield* two]).toEqual([false, 1, 2]);
    const both = [spawn(() => wait), spawn(() => wait)];
    yield* joinAll(both, { raiseError: false });
    yield* pool.join();
    expect(count).toBe(4);
  }),
);

test(
  "its fibers know the line that spawned them, also those that had to wait",
  virtually(function* () {
    const pool = new Pool(1);
    yield* pool.spawn(after, 5, 1);
    const fiber = yield* pool.spawn({ name: "second" }, after, 5, 2);
    expect(fiber.spawningStack[0]).toMatch(/pool\.test\.ts/);
    expect([fiber.name, fiber.spawningFiber?.name]).toEqual(["second", "main"]);
  }),
);

test(
  "add waits for room, throws PoolFull if it must not or not so long",
  virtually(function* () {
    const pool = new Pool(1);
    const [a, b, c] = [spawn(after, 10, "a"), spawn(after, 20, "b"), spawn(after, 30, "c")];
    yield* pool.add(a);
    yield* pool.add(a);
    const full = yield* thrownBy(pool.add(b, { block: false }));
    expect(full).toBeInstanceOf(PoolFull);
    expect(full).toBeInstanceOf(Full);
    expect(full).toMatchObject({ name: "PoolFull", _tag: "Full" });
    expect(String(full)).toContain(`fiber "${b.name}" to a pool of size 1, which is full`);
    expect(yield* thrownBy(pool.add(b, { timeout: 5 }))).toBeInstanceOf(PoolFull);
    expect([getHub().now(), pool.length, pool.has(b)]).toEqual([5, 1, false]);
    yield* pool.add(b, { timeout: 50 });
    expect([getHub().now(), pool.has(b), getHub().timers]).toEqual([10, true, 2]);
    yield* pool.add(c);
    expect(getHub().now()).toBe(20);
    const controller = new AbortController();
    const waiting: Fiber = spawn(() => pool.add(spawn(after, 1, 1), controller));
    yield* sleep();
    expect(waiting.parkReason).toBe("pool.add (full)");
    controller.abort("enough");
    yield* waiting.join();
    expect(waiting.exception).toBe("enough");
  }),
);

test(
  "a fiber that is dead, or dies in line, needs no room",
  virtually(function* () {
    const pool = new Pool(1);
    const dead = spawn(() => 1);
    yield* dead.join();
    yield* pool.spawn(after, 10, 1);
    yield* pool.add(dead, { block: false });
    const error = new Error("failed");
    const failed: Fiber = spawn(failAfter, 0, error);
    yield* failed.join();
    yield* pool.add(failed, { block: false });
    expect(yield* thrownBy(pool.join({ timeout: 0 }))).toBe(error);
    const dying = spawn(after, 10, 2);
    const joiner = spawn(() => pool.join({ timeout: 50 }));
    yield* pool.add(dying);
    expect([pool.length, yield* joiner, getHub().now()]).toEqual([0, true, 10]);
  }),
);

test(
  "waitAvailable waits for room without taking it",
  virtually(function* () {
    const pool = new Pool(2);
    expect(yield* pool.waitAvailable()).toBe(2);
    yield* pool.spawn(after, 10, 1);
    expect(yield* pool.waitAvailable()).toBe(1);
    yield* pool.spawn(after, 20, 2);
    expect(yield* pool.waitAvailable({ timeout: 5 })).toBe(0);
    const waiting = [spawn(() => pool.waitAvailable()), spawn(() => pool.waitAvailable())];
    yield* sleep();
    expect(waiting[0]?.parkReason).toBe("pool.waitAvailable (full)");
    expect([yield* joinAll(waiting), getHub().now()]).toEqual([[1, 1], 10]);
    expect(() => pool.waitAvailable(5 as never)).toThrow(/\{ timeout: 5 \}/);
  }),
);

test(
  "room, and a spawn, can be selected; the loser never happens",
  virtually(function* () {
    const pool = new Pool(1);
    const ran: string[] = [];
    yield* pool.spawn(after, 10, 1);
    const late = yield* select({ spawn: pool.spawn(() => ran.push("no")), late: sleep(5) });
    expect(late.key).toBe("late");
    expect(yield* select([pool.waitAvailable(), sleep(50)])).toEqual({ index: 0, value: 1 });
    const first = yield* select({ spawn: pool.spawn(() => ran.push("yes")), late: sleep(5) });
    expect(first.key).toBe("spawn");
    yield* pool.join();
    expect([ran, getHub().timers]).toEqual([["yes"], 0]);
  }),
);

test(
  "a pool of size 0 is always full, one without a size never",
  virtually(function* () {
    const none = new Pool(0);
    expect([none.full(), none.freeCount(), none.size]).toEqual([true, 0, 0]);
    expect(yield* thrownBy(none.add(spawn(after, 1, 1), { block: false }))).toBeInstanceOf(
      PoolFull,
    );
    expect(yield* withTimeout(5, none.spawn(after, 1, 1), { value: "never" })).toBe("never");
    const queued = none.applyAsync(after, [1, 1]);
    yield* sleep(5);
    expect([queued.status, yield* none.join()]).toEqual(["pending", true]);
    yield* none.kill();
    expect(queued.status).toBe("killed");
    for (const all of [new Pool(), new Pool(Number.POSITIVE_INFINITY)]) {
      for (let n = 0; n < 100; n++) yield* all.spawn(after, 1, n);
      expect([all.length, all.full(), all.freeCount()]).toEqual([100, false, Infinity]);
      yield* all.join();
    }
  }),
);

test(
  "a larger size lets those in who wait, a smaller one lets those stay who are in",
  virtually(function* () {
    const trace: string[] = [];
    const pool = new Pool(1);
    yield* pool.spawn(after, 10, 1);
    for (const name of ["a", "b"]) {
      spawn(function* () {
        yield* pool.spawn(after, 10, name);
        trace.push(`${name} at ${getHub().now()}`);
      });
    }
    yield* sleep(5);
    pool.size = 2;
    yield* sleep(1);
    expect([trace, pool.length]).toEqual([["a at 5"], 2]);
    pool.size = 1;
    expect([pool.size, pool.length, pool.freeCount(), pool.full()]).toEqual([1, 2, 0, true]);
    yield* sleep(5);
    expect([trace, pool.length]).toEqual([["a at 5"], 1]);
    yield* sleep(10);
    expect(trace).toEqual(["a at 5", "b at 15"]);
  }),
);

test(
  "who waits for room, and is gone before it comes, does not hold up a join",
  virtually(function* () {
    const pool = new Pool(1);
    yield* pool.spawn(after, 10, 1);
    const waiting = spawn(() => pool.spawn(after, 1, 2));
    const killer = spawn(function* () {
      yield* sleep(10);
      void waiting.kill();
    });
    expect(yield* pool.join({ timeout: 50 })).toBe(true);
    yield* joinAll([waiting, killer], { raiseError: false });
    expect([getHub().now(), waiting.status]).toEqual([10, "killed"]);
  }),
);

test(
  "who spawned last is joined too, though it waited for room",
  virtually(function* () {
    const pool = new Pool(1);
    const error = new Error("second");
    yield* pool.spawn(after, 10, 1);
    spawn(() => pool.spawn(failAfter, 10, error));
    yield* sleep();
    expect(yield* thrownBy(pool.join())).toBe(error);
    expect(getHub().now()).toBe(20);
  }),
);

test("a size that is none is refused", () => {
  expect(() => new Pool(-1)).toThrow(/Cannot make a Pool of size -1: pass an integer >= 0/);
  for (const size of [1.5, Number.NaN, -Infinity]) expect(() => new Pool(size)).toThrow(RangeError);
  expect(() => new Pool("4" as never)).toThrow(TypeError);
  const pool = new Pool(3);
  expect(() => {
    pool.size = -1;
  }).toThrow(RangeError);
  expect(pool.size).toBe(3);
  expect(() => pool.spawn(5 as never)).toThrow(TypeError);
  expect(() => pool.add(5 as never)).toThrow(TypeError);
  expect(() => pool.add(spawn(after, 0, 1), 5 as never)).toThrow(TypeError);
});

test("awaited outside of fibers a spawn goes on to the body's value", async () => {
  const pool = new Pool(1);
  pool.applyAsync(after, [5, "first"]);
  expect(await pool.spawn(after, 5, "second")).toBe("second");
  expect(await pool.add(spawn(after, 1, 1))).toBe(undefined);
  expect(await pool.waitAvailable()).toBe(1);
});
