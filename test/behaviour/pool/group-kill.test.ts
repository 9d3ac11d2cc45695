import { type Fiber, GreenletExit, getHub, kill, sleep, spawn } from "fibril";
import { Group, Pool } from "fibril/pool";
import { expect, test } from "vitest";
import { after, failAfter, thrownBy, virtually } from "../../harness/virtual.ts";

test(
  "a kill acts at once and in order: those not begun never run, the others clean up",
  virtually(function* () {
    const trace: string[] = [];
    function* work(name: string) {
      trace.push(`${name} begins`);
      try {
        yield* sleep("1 hour");
      } finally {
        yield* sleep(5);
        trace.push(`${name} cleaned up`);
      }
    }
    const group = new Group();
    group.spawn(work, "a");
    group.spawn(work, "b");
    yield* sleep();
    group.spawn(work, "never");
    const death = group.kill();
    expect(group.length).toBe(2);
    yield* death;
    expect([group.length, getHub().now()]).toEqual([0, 5]);
    expect(trace).toEqual(["a begins", "b begins", "a cleaned up", "b cleaned up"]);
    expect(yield* group.join()).toBe(true);
  }),
);

test(
  "its Wait kills those as well who come while others die",
  virtually(function* () {
    const group = new Group();
    const trace: string[] = [];
    group.spawn(function* () {
      try {
        yield* sleep("1 hour");
      } finally {
        group.spawn(() => sleep("1 hour")).rawLink(({ status }) => trace.push(status));
        trace.push(`${yield* group.spawn(after, 5, "a cleanup's own member")} lives`);
      }
    });
    yield* sleep();
    yield* group.kill();
    yield* sleep();
    expect(trace).toEqual(["a cleanup's own member lives", "killed"]);
    expect([group.length, getHub().now()]).toEqual([0, 5]);
  }),
);

test(
  "who comes after nobody was left lives",
  virtually(function* () {
    const group = new Group();
    const first = group.spawn(() => sleep("1 hour"));
    const successor = spawn(function* () {
      yield* first.join();
      return yield* group.spawn(after, 10, "value");
    });
    yield* sleep();
    yield* group.kill();
    expect([group.length, getHub().now()]).toEqual([1, 0]);
    expect(yield* successor).toBe("value");
  }),
);

test(
  "the reason is thrown, the timeout passes silently, the grace is kept",
  virtually(function* () {
    const group = new Group();
    const reason = new Error("enough");
    const seen: unknown[] = [];
    group.spawn(function* () {
      for (;;) {
        try {
          yield* sleep("1 hour");
        } catch (error) {
          seen.push(error);
          if (seen.length === 2) return;
        }
      }
    });
    yield* sleep();
    yield* group.kill({ reason, grace: 100, timeout: 10 });
    expect([seen, group.length, getHub().now()]).toEqual([[reason], 1, 10]);
    yield* group.join();
    expect([seen, getHub().now()]).toEqual([[reason, reason], 100]);
  }),
);

test(
  "killing an empty group, or twice, is nothing",
  virtually(function* () {
    const group = new Group();
    yield* group.kill();
    group.spawn(() => sleep("1 hour"));
    yield* sleep();
    void group.kill();
    yield* group.kill();
    expect([group.length, getHub().now()]).toEqual([0, 0]);
  }),
);

test(
  "a member may kill its group, itself included",
  virtually(function* () {
    const group = new Group();
    const other = group.spawn(() => sleep("1 hour"));
    const killer = group.spawn(function* () {
      yield* sleep(1);
      yield* group.kill();
    });
    yield* group.join();
    expect([other.status, killer.status, getHub().now()]).toEqual(["killed", "killed", 1]);
  }),
);

test(
  "killOne kills a member, and nobody else",
  virtually(function* () {
    const group = new Group();
    const [a, b] = [group.spawn(() => sleep("1 hour")), group.spawn(() => sleep("1 hour"))];
    const stranger = spawn(() => sleep("1 hour"));
    yield* sleep();
    yield* group.killOne(a);
    yield* group.killOne(a);
    yield* group.killOne(stranger);
    expect([a.status, b.status, stranger.status]).toEqual(["killed", "suspended", "suspended"]);
    const reason = new Error("reason");
    yield* group.killOne(b, { reason });
    expect([b.exception, yield* thrownBy(group.join())]).toEqual([reason, reason]);
  }),
);

test(
  "a pool's kill is for those, too, who wait for room: their bodies never run",
  virtually(function* () {
    const pool = new Pool(1);
    const trace: unknown[] = [];
    const running = pool.applyAsync(() => sleep("1 hour"));
    const queued = pool.applyAsync(() => trace.push("never"));
    const spawner = spawn(function* () {
      const fiber = yield* pool.spawn(() => trace.push("never"));
      trace.push(fiber.status);
    });
    const added = spawn(() => sleep("1 hour"));
    const adder = spawn(() => pool.add(added));
    const waiting = spawn(() => pool.waitAvailable());
    yield* sleep();
    yield* pool.kill();
    expect([running.status, queued.status, added.status]).toEqual(["killed", "killed", "killed"]);
    expect(yield* waiting).toBe(1);
    yield* spawner;
    expect(trace).toEqual(["killed"]);
    expect(yield* yield* pool.spawn(after, 1, "usable")).toBe("usable");
    expect([adder.status, pool.length, pool.freeCount()]).toEqual(["success", 0, 1]);
  }),
);

test(
  "a kill ends what maps: map, mapAsync and imap throw GreenletExit and take no more items",
  virtually(function* () {
    function* slow(n: number) {
      yield* sleep(10);
      return n;
    }
    const closed: string[] = [];
    function* items(name: string) {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        closed.push(`${name} closed`);
      }
    }
    const pool = new Pool(1);
    const results = pool.imap(slow, items("imap"));
    expect(yield* results.next()).toEqual({ done: false, value: 0 });
    const mapping: Fiber = spawn(() => pool.map(slow, items("map")));
    const handle: Fiber = pool.mapAsync(slow, items("mapAsync"));
    const reading: Fiber = spawn(function* () {
      yield* thrownBy(results.next());
      yield* thrownBy(results.next());
      return yield* results.next();
    });
    yield* sleep(55);
    yield* pool.kill();
    yield* reading.join();
    yield* mapping.join();
    expect(mapping.exception).toBeInstanceOf(GreenletExit);
    expect(handle.status).toBe("killed");
    expect(closed.sort()).toEqual(["imap closed", "map closed", "mapAsync closed"]);
    expect(pool.length).toBe(0);
    yield* kill(reading);
  }),
);

test("at the end of an `await using` block what still runs is killed", async () => {
  const group = new Group();
  const fiber = group.spawn(() => sleep("1 hour"));
  await sleep();
  await group[Symbol.asyncDispose]();
  expect([fiber.status, group.length]).toEqual(["killed", 0]);
  const failed = new Group();
  const failing: Fiber = failed.spawn(failAfter, 0, new Error("failed before"));
  await failing.join();
  await failed[Symbol.asyncDispose]();
  expect(failing.exception).toEqual(new Error("failed before"));
});
