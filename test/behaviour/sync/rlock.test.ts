import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import { gen, joinAll, sleep, spawn, type Yieldable } from "fibril";
import { Lock, RLock } from "fibril/sync";
import { expect, test } from "vitest";
import { virtually } from "../../harness/virtual.ts";

test(
  "its holder acquires it as often as it likes, and releases it as often",
  virtually(function* () {
    const lock = new RLock();
    const trace: string[] = [];
    const acquires = [
      lock.acquire(),
      lock.acquire({ timeout: 5 }),
      lock.acquire({ blocking: false }),
    ];
    for (const acquire of acquires) expect(yield* acquire).toBe(true);
    expect(lock.tryAcquire()).toBe(true);
    const other = spawn(function* () {
      yield* lock.acquire();
      trace.push("other in");
      lock.release();
    });
    for (let n = 1; n <= 4; n++) {
      yield* sleep();
      trace.push(`release ${n}`);
      lock.release();
    }
    yield* other;
    expect(trace).toEqual(["release 1", "release 2", "release 3", "release 4", "other in"]);
    expect(lock.locked()).toBe(false);
  }),
);

test(
  "only its holder can release it",
  virtually(function* () {
    const lock = new RLock();
    expect(() => lock.release()).toThrow("Cannot release un-acquired lock");
    const holder = spawn({ name: "holder" }, function* () {
      yield* lock.acquire();
      yield* sleep(5);
      lock.release();
    });
    yield* sleep();
    expect(() => lock.release()).toThrow(
      'Cannot release un-acquired lock: the RLock is held by "holder", which alone can release it',
    );
    expect([lock.locked(), lock.owned()]).toEqual([true, false]);
    yield* holder;
    expect(lock.locked()).toBe(false);
  }),
);

test(
  "owned says whether the running fiber holds it, releaseAll gives it up at every level",
  virtually(function* () {
    for (const lock of [new RLock(), new Lock()]) {
      expect(lock.owned()).toBe(false);
      yield* lock.acquire();
      if (lock instanceof RLock) yield* lock.acquire();
      expect(lock.owned()).toBe(true);
      expect(yield* spawn(() => lock.owned())).toBe(false);
      expect(lock.releaseAll()).toBe(lock instanceof RLock ? 2 : 1);
      expect([lock.owned(), lock.locked()]).toEqual([false, false]);
      expect(() => lock.releaseAll()).toThrow("Cannot release un");
    }
  }),
);

test(
  "a function that uses it may call itself",
  virtually(function* () {
    const lock = new RLock();
    function* down(n: number): Generator<Yieldable, number, unknown> {
      return yield* lock.use(function* () {
        yield* sleep(1);
        return n === 0 ? 0 : 1 + (yield* down(n - 1));
      });
    }
    expect(yield* joinAll([spawn(down, 3), spawn(down, 2)])).toEqual([3, 2]);
    expect(lock.locked()).toBe(false);
  }),
);

test("an async fiber is one holder, whatever it awaits", async () => {
  const lock = new RLock();
  const trace: string[] = [];
  async function worker(name: string) {
    await lock.use(async () => {
      await lock.acquire();
      trace.push(`${name} in`);
      await sleep(1);
      expect(lock.owned()).toBe(true);
      trace.push(`${name} out`);
      lock.release();
    });
    expect(lock.owned()).toBe(false);
  }
  await Promise.all([spawn(worker, "a"), spawn(worker, "b")]);
  expect(trace).toEqual(["a in", "a out", "b in", "b out"]);
});

test("the main program is one holder", async () => {
  const lock = new RLock();
  await lock.acquire();
  expect([await lock.acquire(), lock.tryAcquire(), lock.owned()]).toEqual([true, true, true]);
  expect(await spawn(() => lock.tryAcquire())).toBe(false);
  await Promise.resolve();
  for (let i = 0; i < 3; i++) lock.release();
  expect(() => lock.release()).toThrow("un-acquired");
  expect(await spawn(() => lock.tryAcquire())).toBe(true);
});

test("each Effect fiber is a holder of its own", async () => {
  const lock = new RLock();
  const trace: string[] = [];
  const worker = (name: string) =>
    lock.use(
      Effect.gen(function* () {
        trace.push(`${name} in`);
        yield* sleep(1);
        trace.push(`${name} out`);
      }),
    );
  const program = Effect.gen(function* () {
    yield* lock.acquire();
    yield* lock.acquire({ timeout: "1 second" });
    yield* lock.acquire({ blocking: false });
    const hold = yield* lock.hold();
    expect([lock.tryAcquire(), lock.owned()]).toEqual([true, true]);
    const foreign = yield* Effect.forkChild(Effect.sync(() => lock.tryAcquire()));
    hold[Symbol.dispose]();
    for (let i = 0; i < 4; i++) lock.release();
    return foreign;
  });
  await Effect.runPromise(program);
  expect(lock.locked()).toBe(false);
  await Effect.runPromise(Effect.all(["a", "b"].map(worker), { concurrency: 2 }));
  expect(trace).toEqual(["a in", "a out", "b in", "b out"]);
});

test(
  "a fiber is its holder also inside an Effect that ends at once",
  virtually(function* () {
    const lock = new RLock();
    yield* lock.acquire();
    yield* Effect.sync(() => lock.release());
    expect(lock.locked()).toBe(false);
    yield* Effect.gen(function* () {
      expect(lock.tryAcquire()).toBe(true);
      yield* Effect.sleep(1);
      expect(lock.owned()).toBe(true);
      lock.release();
    });
    expect(lock.locked()).toBe(false);
  }),
);

test("a fiber and the Effects that it yields are one holder", async () => {
  const lock = new RLock();
  const relock = Effect.gen(function* () {
    yield* Effect.yieldNow;
    expect(lock.owned()).toBe(true);
    yield* lock.acquire();
    const isTaken = yield* Effect.forkChild(Effect.sync(() => !lock.tryAcquire()));
    expect(yield* Fiber.join(isTaken)).toBe(true);
    lock.release();
    lock.release();
  });
  const down = (n: number): Effect.Effect<number, unknown> =>
    lock.use(
      Effect.gen(function* () {
        yield* Effect.yieldNow;
        return n === 0 ? 0 : 1 + (yield* down(n - 1));
      }),
    );
  function* body() {
    yield* lock.acquire();
    yield* relock;
    expect(lock.locked()).toBe(false);
    // The other way round: what an Effect acquired its fiber releases.
    yield* Effect.andThen(Effect.yieldNow, lock.acquire());
    expect([lock.owned(), yield* lock.acquire()]).toEqual([true, true]);
    expect(lock.releaseAll()).toBe(2);
    return yield* down(2);
  }
  expect(await spawn(body)).toBe(2);
  expect(await Effect.runPromise(down(2))).toBe(2);
  expect(await Effect.runPromise(gen(body))).toBe(2);
  expect(lock.locked()).toBe(false);
});
