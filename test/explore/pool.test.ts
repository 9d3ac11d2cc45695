import { type Fiber, getHub, joinAll, kill, sleep, spawn } from "fibril";
import { Local } from "fibril/local";
import { Group, Pool } from "fibril/pool";
import { explore } from "fibril/testing";
import { expect, test } from "vitest";

const sorted = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b);

test("a pool never has more members than places, and runs everything once", async () => {
  await explore(function* () {
    const pool = new Pool(2);
    const ran: number[] = [];
    let inside = 0;
    let most = 0;
    function* member(n: number) {
      most = Math.max(most, ++inside);
      yield* sleep(n % 3);
      inside--;
      ran.push(n);
    }
    const spawners = [0, 1, 2].map((i) =>
      spawn(function* () {
        for (let n = 0; n < 3; n++) yield* pool.spawn(member, 3 * i + n);
      }),
    );
    pool.applyAsync(member, [9]);
    pool.mapAsync(member, [10, 11]);
    yield* joinAll(spawners);
    yield* pool.join();
    expect([sorted(ran), inside, pool.length]).toEqual([
      Array.from({ length: 12 }, (_, n) => n),
      0,
      0,
    ]);
    expect(most).toBeLessThanOrEqual(2);
  });
});

test("in a storm of kills no place is lost, and nobody is let in who is gone", async () => {
  await explore(function* () {
    const pool = new Pool(2);
    let inside = 0;
    function* member(n: number) {
      inside++;
      try {
        yield* sleep(n % 3);
      } finally {
        inside--;
        yield* sleep(n % 2);
      }
    }
    const spawners: Fiber[] = Array.from({ length: 8 }, (_, n) =>
      spawn(function* () {
        const fiber = yield* pool.spawn(member, n);
        yield* fiber.join();
      }),
    );
    function* killer(step: number) {
      for (let i = 0; i < 4; i++) {
        yield* sleep(i % 2);
        void kill(spawners[(i * step) % spawners.length] as Fiber);
        for (const each of pool) if (each.id % 3 === 0) void each.kill();
      }
    }
    yield* joinAll([spawn(killer, 1), spawn(killer, 3)]);
    yield* joinAll(spawners, { raiseError: false });
    yield* pool.join();
    expect([inside, pool.length, pool.freeCount()]).toEqual([0, 0, 2]);
    expect([getHub().fibers.length, getHub().timers]).toEqual([1, 0]);
  });
});

test("map and imap give the order of the items under every schedule, and every item once", async () => {
  await explore(function* () {
    function* work(n: number) {
      yield* sleep(n % 3);
      return n;
    }
    const items = [5, 3, 4, 1, 2];
    const pool = new Pool(2);
    const group = new Group();
    expect(yield* pool.map(work, items)).toEqual(items);
    function* readAll(results: ReturnType<typeof pool.imap<[number], ReturnType<typeof work>>>) {
      const read: number[] = [];
      for (;;) {
        const step = yield* results.next();
        if (step.done === true) return read;
        read.push(step.value);
      }
    }
    expect(yield* readAll(pool.imap(work, items, { maxsize: 2 }))).toEqual(items);
    expect(sorted(yield* readAll(pool.imapUnordered(work, items)))).toEqual([1, 2, 3, 4, 5]);
    const shared = group.imapUnordered(work, items, { maxsize: 3 });
    const reads = yield* joinAll([spawn(readAll, shared), spawn(readAll, shared)]);
    expect(sorted(reads.flat())).toEqual([1, 2, 3, 4, 5]);
    expect([yield* group.join(), yield* pool.join()]).toEqual([true, true]);
  });
});

test("whatever the order, a block ends with nobody left, and throws a failure that happened", async () => {
  await explore(function* () {
    const errors = [new Error("a"), new Error("b")];
    const members: Fiber[] = [];
    for (const failFast of [true, false]) {
      let caught: unknown;
      try {
        yield* Group.use(
          function* (group) {
            for (const error of errors) {
              const member = group.spawn(function* () {
                yield* sleep(1);
                throw error;
              });
              members.push(member);
            }
            members.push(group.spawn(() => sleep(2)));
            yield* sleep(1);
          },
          { failFast },
        );
      } catch (error) {
        caught = error;
      }
      expect(errors).toContain(caught);
      expect(members.every((member) => member.dead)).toBe(true);
    }
    expect([getHub().fibers.length, getHub().timers]).toEqual([1, 0]);
  });
});

test("a kill during joins, maps and waits for room leaves nobody behind", async () => {
  await explore(function* () {
    const pool = new Pool(1);
    function* member(n: number) {
      try {
        yield* sleep(n);
      } finally {
        yield* sleep(1);
      }
    }
    const waiting: Fiber[] = [
      spawn(() => pool.map(member, [1, 2, 3])),
      spawn(() => pool.apply(member, [3])),
      spawn(() => pool.imap(member, [1, 2]).next()),
      spawn(() => pool.join()),
      pool.applyAsync(member, [3]),
      pool.mapAsync(member, [1, 2]),
    ];
    yield* sleep(2);
    yield* pool.kill();
    yield* joinAll(waiting, { raiseError: false, timeout: 50 });
    yield* pool.join({ timeout: 50, raiseError: false });
    yield* sleep(10);
    expect([pool.length, getHub().fibers.length, getHub().timers]).toEqual([0, 1, 0]);
  });
});

test("attributes are a fiber's own under every schedule", async () => {
  await explore(function* () {
    const local = new Local({ n: 0 });
    function* count(times: number) {
      for (let i = 0; i < times; i++) {
        const { n } = local;
        yield* sleep(i % 2);
        local.n = n + 1;
      }
      return local.n;
    }
    expect(yield* joinAll([1, 2, 3].map((times) => spawn(count, times)))).toEqual([1, 2, 3]);
    expect(local.n).toBe(0);
  });
});
