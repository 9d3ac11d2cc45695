import * as Effect from "effect/Effect";
import {
  GreenletExit,
  getHub,
  joinAll,
  LoopExit,
  sleep,
  spawn,
  Timeout,
  withTimeout,
} from "fibril";
import { Condition, Lock, RLock } from "fibril/sync";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

function* waitAndLog(condition: Condition, trace: unknown[], name: string) {
  yield* condition.acquire();
  trace.push(`${name} waits`);
  try {
    const notified = yield* condition.wait();
    trace.push(`${name} ${notified ? "notified" : "late"}`);
  } finally {
    condition.release();
  }
}

test(
  "notifyAll wakes all in order, and they go on only when the lock is released",
  virtually(function* () {
    for (const lock of [undefined, new Lock(), new RLock(), new Lock({ fair: true })]) {
      const condition = new Condition(lock);
      const trace: unknown[] = [];
      const waiters = ["a", "b"].map((name) => spawn(waitAndLog, condition, trace, name));
      yield* sleep();
      yield* condition.acquire();
      trace.push("notify");
      condition.notifyAll();
      yield* sleep(5);
      trace.push("release");
      condition.release();
      yield* joinAll(waiters);
      expect(trace).toEqual([
        "a waits",
        "b waits",
        "notify",
        "release",
        "a notified",
        "b notified",
      ]);
      expect(condition.locked()).toBe(false);
    }
  }),
);

test(
  "notify wakes as many as it is told, the longest waiting first",
  virtually(function* () {
    const condition = new Condition();
    const trace: string[] = [];
    const waiters = ["a", "b", "c", "d"].map((name) => spawn(waitAndLog, condition, trace, name));
    yield* sleep();
    trace.length = 0;
    const notify = (count?: number) => condition.use(() => condition.notify(count));
    yield* notify();
    yield* sleep();
    expect(trace).toEqual(["a notified"]);
    yield* notify(0);
    yield* notify(2);
    yield* sleep();
    expect(trace).toEqual(["a notified", "b notified", "c notified"]);
    yield* notify(9);
    yield* joinAll(waiters);
    expect(trace.at(-1)).toBe("d notified");
    yield* notify();
  }),
);

test(
  "a notify that nobody waits for is not remembered",
  virtually(function* () {
    const condition = new Condition();
    yield* condition.acquire();
    condition.notify();
    condition.notifyAll();
    expect(yield* condition.wait({ timeout: 5 })).toBe(false);
  }),
);

test(
  "wait gives the lock up at all its levels, and has them again afterwards",
  virtually(function* () {
    const lock = new RLock();
    const condition = new Condition(lock);
    const waiting = spawn(function* () {
      yield* lock.acquire();
      yield* condition.acquire();
      yield* condition.wait();
      expect(lock.owned()).toBe(true);
      lock.release();
      expect(lock.owned()).toBe(true);
      lock.release();
      expect(lock.locked()).toBe(false);
    });
    yield* sleep();
    expect(waiting.parkReason).toBe("condition.wait");
    expect(lock.tryAcquire()).toBe(true);
    condition.notify();
    lock.release();
    yield* waiting;
  }),
);

test(
  "a timeout gives false, with the lock; the time to get the lock counts for none",
  virtually(function* () {
    const condition = new Condition(new Lock());
    const trace: unknown[] = [];
    const waiting = spawn(function* () {
      yield* condition.acquire();
      trace.push(yield* condition.wait({ timeout: 5 }), getHub().now());
      condition.release();
    });
    yield* sleep();
    yield* condition.use(sleep(20));
    yield* waiting;
    expect(trace).toEqual([false, 20]);
    expect([condition.locked(), getHub().timers]).toEqual([false, 0]);
  }),
);

test(
  "somebody else's timeout and a signal's reason are thrown, with the lock",
  virtually(function* () {
    const lock = new RLock();
    const condition = new Condition(lock);
    yield* condition.acquire();
    const outer = Timeout.start(5);
    expect(yield* thrownBy(condition.wait({ timeout: 10 }))).toBe(outer);
    expect(lock.owned()).toBe(true);
    const aborted = AbortSignal.abort(new Error("enough"));
    expect(yield* thrownBy(condition.wait({ signal: aborted }))).toEqual(new Error("enough"));
    expect(lock.owned()).toBe(true);
    condition.notify();
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "a killed wait waits for the lock first, and leaves no trace",
  virtually(function* () {
    const lock = new Lock({ fair: true });
    const condition = new Condition(lock);
    const trace: unknown[] = [];
    const victim = spawn(function* () {
      yield* lock.acquire();
      try {
        yield* condition.wait();
      } catch (error) {
        trace.push(lock.owned(), error instanceof GreenletExit, getHub().now());
        throw error;
      } finally {
        lock.release();
      }
    });
    const next = spawn(waitAndLog, condition, trace, "next");
    yield* sleep();
    yield* lock.acquire();
    void victim.kill();
    yield* sleep(7);
    expect(victim.parkReason).toMatch(/^lock.acquire/);
    condition.notify();
    lock.release();
    yield* joinAll([victim, next], { raiseError: false });
    expect(trace).toEqual(["next waits", true, true, 7, "next notified"]);
    expect(lock.locked()).toBe(false);
  }),
);

test(
  "a kill while the lock is acquired again is thrown when it is there",
  virtually(function* () {
    const lock = new Lock();
    const condition = new Condition(lock);
    const owned: boolean[] = [];
    const victim = spawn(function* () {
      yield* lock.acquire();
      try {
        yield* condition.wait();
        owned.push(false);
      } finally {
        owned.push(lock.owned());
        lock.release();
      }
    });
    yield* sleep();
    yield* lock.acquire();
    condition.notify();
    yield* sleep(1);
    void victim.kill(undefined, { grace: 1 });
    yield* sleep(5);
    expect([victim.dead, owned]).toEqual([false, []]);
    lock.release();
    yield* victim.join();
    expect([victim.status, owned, lock.locked()]).toEqual(["killed", [true], false]);
  }),
);

test(
  "waitFor looks before and after each notify, and gives the predicate's last value",
  virtually(function* () {
    const condition = new Condition();
    let looks = 0;
    let stock: string | undefined;
    const predicate = () => {
      looks++;
      return stock;
    };
    const waiting = spawn(() => condition.use(condition.waitFor(predicate)));
    yield* sleep();
    yield* condition.use(() => condition.notify());
    yield* sleep();
    expect(looks).toBe(2);
    yield* condition.use(() => {
      stock = "apple";
      condition.notify();
    });
    expect([yield* waiting, looks]).toEqual(["apple", 3]);
    expect(yield* condition.use(condition.waitFor(predicate))).toBe("apple");
  }),
);

test(
  "waitFor has one timeout for all its waits, and gives the last value then",
  virtually(function* () {
    const condition = new Condition();
    const notifier = spawn(function* () {
      for (let i = 0; i < 3; i++) {
        yield* sleep(4);
        yield* condition.use(() => condition.notifyAll());
      }
    });
    const got = yield* condition.use(condition.waitFor(() => 0, { timeout: 10 }));
    expect([got, getHub().now()]).toEqual([0, 10]);
    let looks = 0;
    const slow = condition.waitFor(() => ++looks > 1, { timeout: 0 });
    expect([yield* condition.use(slow), looks]).toEqual([false, 1]);
    yield* notifier;
  }),
);

test(
  "without the lock wait, waitFor and notify are errors",
  virtually(function* () {
    for (const lock of [new Lock(), new RLock()]) {
      const condition = new Condition(lock);
      for (const isHeldByAnother of [false, true]) {
        if (isHeldByAnother) yield* spawn(() => lock.acquire());
        expect(yield* thrownBy(condition.wait())).toMatchObject({
          message:
            "Cannot wait on un-acquired lock: acquire the Condition before, or do it in condition.use(body)",
        });
        expect(yield* thrownBy(condition.waitFor(() => true))).toBeInstanceOf(Error);
        expect(() => condition.notify()).toThrow("Cannot notify on un-acquired lock");
        expect(() => condition.notifyAll()).toThrow("Cannot notify on un-acquired lock");
        expect(lock.locked()).toBe(isHeldByAnother);
      }
    }
  }),
);

test(
  "two conditions may share a lock: a bounded buffer",
  virtually(function* () {
    const lock = new Lock();
    const [notEmpty, notFull] = [new Condition(lock), new Condition(lock)];
    const buffer: number[] = [];
    const got: number[] = [];
    let most = 0;
    function* producer(from: number) {
      for (let n = from; n < from + 10; n++) {
        yield* lock.acquire();
        yield* notFull.waitFor(() => buffer.length < 2);
        most = Math.max(most, buffer.push(n));
        notEmpty.notify();
        lock.release();
      }
    }
    function* consumer() {
      for (let i = 0; i < 10; i++) {
        yield* notEmpty.acquire();
        yield* notEmpty.waitFor(() => buffer.length > 0);
        got.push(buffer.shift() as number);
        notFull.notify();
        notEmpty.release();
      }
    }
    yield* joinAll([spawn(producer, 0), spawn(consumer), spawn(producer, 10), spawn(consumer)]);
    expect(got.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(most).toBe(2);
  }),
);

test(
  "a deadlock at the lock is thrown out of wait",
  virtually(function* () {
    const [lock, other] = [new Lock(), new Lock()];
    const condition = new Condition(lock);
    const waiting = spawn(function* () {
      yield* other.acquire();
      yield* lock.acquire();
      try {
        yield* condition.wait();
      } finally {
        other.release();
      }
    });
    const blocked = spawn(function* () {
      yield* lock.acquire();
      condition.notify();
      yield* other.acquire();
    });
    yield* blocked;
    expect(waiting.exception).toBeInstanceOf(LoopExit);
  }),
);

test("it works in async functions, the main program and Effect programs", async () => {
  const condition = new Condition();
  const trace: string[] = [];
  let open = false;
  const waiting = [
    spawn(async () => {
      await condition.acquire();
      await condition.waitFor(() => open);
      trace.push("async");
      condition.release();
    }),
    Effect.runPromise(
      Effect.gen(function* () {
        yield* condition.acquire();
        yield* condition.waitFor(() => open);
        trace.push("effect");
        condition.release();
      }),
    ),
    condition
      .use(async () => {
        await condition.wait();
        trace.push("main");
      })
      .then(),
  ];
  await sleep(1);
  await condition.acquire();
  open = true;
  condition.notifyAll();
  condition.release();
  await Promise.all(waiting);
  expect(trace.sort()).toEqual(["async", "effect", "main"]);
  expect(condition.locked()).toBe(false);
});

test("bad arguments are refused at the call", () => {
  expect(() => new Condition(5 as never)).toThrow(
    "Cannot make a Condition on 5: pass a Lock or an RLock",
  );
  const condition = new Condition();
  expect(() => condition.wait(5 as never)).toThrow(TypeError);
  expect(() => condition.wait({ timeout: Number.NaN })).toThrow(RangeError);
  expect(() => condition.waitFor(true as never)).toThrow("Cannot waitFor true: pass a function");
  expect(() => condition.waitFor(() => 1, { timeout: Number.NaN })).toThrow(RangeError);
  expect(() => condition.waitFor(() => 1, 5 as never)).toThrow(TypeError);
});

test(
  "who is notified and then killed or timed out, before it has the lock, passes the notify on",
  virtually(function* () {
    for (const how of ["kill", "timeout"]) {
      const condition = new Condition();
      const trace: unknown[] = [];
      const first = spawn(function* () {
        if (how === "kill") yield* waitAndLog(condition, trace, "first");
        else yield* withTimeout(5, () => waitAndLog(condition, trace, "first"), { value: how });
      });
      const second = spawn(waitAndLog, condition, trace, "second");
      yield* sleep();
      yield* condition.use(function* () {
        condition.notify();
        if (how === "kill") void first.kill();
        yield* sleep(10);
      });
      yield* joinAll([first, second], { raiseError: false });
      expect(trace).toEqual(["first waits", "second waits", "second notified"]);
      expect(condition.locked()).toBe(false);
    }
  }),
);

test("an Effect may wait while its fiber, or the program that it is part of, holds the lock", async () => {
  for (const lock of [new Lock(), new RLock()]) {
    const condition = new Condition(lock);
    let isReady = false;
    const waiting = () =>
      condition.use(
        Effect.gen(function* () {
          while (!isReady) yield* condition.wait();
          expect(lock.owned()).toBe(true);
          return "ready";
        }),
      );
    const body = function* () {
      return yield* waiting();
    };
    const waiters = [Effect.runPromise(waiting()), spawn(waiting), spawn(body)];
    await sleep(1);
    await condition.use(() => {
      isReady = true;
      condition.notifyAll();
    });
    expect(await Promise.all(waiters)).toEqual(["ready", "ready", "ready"]);
    expect(lock.locked()).toBe(false);
  }
});
