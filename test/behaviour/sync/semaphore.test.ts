import { getHub, joinAll, sleep, spawn, Timeout, wait } from "fibril";
import { Channel, select } from "fibril/channel";
import { BoundedSemaphore, Semaphore } from "fibril/sync";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

function* acquireAndLog(semaphore: Semaphore, trace: unknown[], name: unknown) {
  yield* semaphore.acquire();
  trace.push(name);
}

test(
  "acquire takes a permit without suspending while there is one",
  virtually(function* () {
    const semaphore = new Semaphore(2);
    const trace: string[] = [];
    spawn(() => trace.push("other"));
    expect([yield* semaphore.acquire(), semaphore.tryAcquire(), semaphore.tryAcquire()]).toEqual([
      true,
      true,
      false,
    ]);
    expect([semaphore.counter, semaphore.locked(), semaphore.ready()]).toEqual([0, true, false]);
    semaphore.release();
    expect([semaphore.counter, semaphore.locked(), semaphore.ready()]).toEqual([1, false, true]);
    expect(trace).toEqual([]);
  }),
);

test(
  "release wakes who waits, in order, and goes on itself",
  virtually(function* () {
    for (const fair of [false, true]) {
      const semaphore = new Semaphore(0, { fair });
      const trace: unknown[] = [];
      for (const n of [0, 1, 2]) spawn(acquireAndLog, semaphore, trace, n);
      yield* sleep();
      semaphore.release(2);
      trace.push("released");
      spawn(() => trace.push("after"));
      yield* sleep();
      expect(trace).toEqual(["released", 0, 1, "after"]);
      expect(semaphore.counter).toBe(0);
      semaphore.release();
      yield* sleep();
      expect(trace.at(-1)).toBe(2);
    }
  }),
);

test(
  "a fiber that runs may take what it has just released; who waits goes on waiting",
  virtually(function* () {
    const semaphore = new Semaphore();
    const trace: unknown[] = [];
    yield* semaphore.acquire();
    const waiting = spawn(acquireAndLog, semaphore, trace, "waiter");
    yield* sleep();
    semaphore.release();
    expect([semaphore.tryAcquire(), yield* semaphore.acquire({ timeout: 0 })]).toEqual([
      true,
      false,
    ]);
    expect([trace, waiting.parkReason]).toEqual([[], "semaphore.acquire"]);
    semaphore.release();
    yield* waiting;
    expect(trace).toEqual(["waiter"]);
  }),
);

test(
  "a fair one is handed over: nobody takes it before the one who waits",
  virtually(function* () {
    const semaphore = new Semaphore(1, { fair: true });
    const trace: unknown[] = [];
    yield* semaphore.acquire();
    spawn(acquireAndLog, semaphore, trace, "waiter");
    yield* sleep();
    semaphore.release();
    expect([semaphore.tryAcquire(), semaphore.counter, semaphore.ready()]).toEqual([
      false,
      0,
      false,
    ]);
    spawn(acquireAndLog, semaphore, trace, "late");
    yield* sleep();
    expect(trace).toEqual(["waiter"]);
    semaphore.release();
    yield* sleep();
    expect(trace).toEqual(["waiter", "late"]);
  }),
);

test(
  "two that take turns: with fair they alternate, without the one that runs keeps it",
  virtually(function* () {
    for (const fair of [true, false]) {
      const semaphore = new Semaphore(1, { fair });
      const trace: string[] = [];
      const worker = function* (name: string) {
        for (let i = 0; i < 3; i++) {
          yield* semaphore.acquire();
          trace.push(name);
          yield* sleep(1);
          semaphore.release();
        }
      };
      yield* joinAll([spawn(worker, "a"), spawn(worker, "b")]);
      expect(trace.join("")).toBe(fair ? "ababab" : "aaabbb");
    }
  }),
);

test(
  "a timeout gives false and takes nothing",
  virtually(function* () {
    const semaphore = new Semaphore(0);
    expect(yield* semaphore.acquire({ timeout: "20 millis" })).toBe(false);
    expect([getHub().now(), semaphore.counter]).toEqual([20, 0]);
    semaphore.release();
    expect(yield* semaphore.acquire({ timeout: 5 })).toBe(true);
    expect(yield* semaphore.acquire({ timeout: 0 })).toBe(false);
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "with blocking false it gives false instead of waiting",
  virtually(function* () {
    const semaphore = new Semaphore(1);
    const trace: unknown[] = [];
    spawn(() => trace.push("other"));
    expect(yield* semaphore.acquire({ blocking: false })).toBe(true);
    expect(yield* semaphore.acquire({ blocking: false })).toBe(false);
    expect(trace).toEqual([]);
    semaphore.release();
    expect(yield* semaphore.acquire({ blocking: true })).toBe(true);
  }),
);

test(
  "a signal's reason is thrown, and nothing is taken",
  virtually(function* () {
    const semaphore = new Semaphore(0);
    const controller = new AbortController();
    spawn(() => controller.abort(new Error("enough")));
    const error = yield* thrownBy(semaphore.acquire({ signal: controller.signal, timeout: 50 }));
    expect(error).toEqual(new Error("enough"));
    semaphore.release();
    yield* sleep();
    expect([semaphore.counter, getHub().timers]).toEqual([1, 0]);
  }),
);

test(
  "a kill at the wait leaves no trace: the next in line gets the permit",
  virtually(function* () {
    for (const fair of [false, true]) {
      const semaphore = new Semaphore(0, { fair });
      const trace: unknown[] = [];
      const victim = spawn(acquireAndLog, semaphore, trace, "victim");
      spawn(acquireAndLog, semaphore, trace, "next");
      yield* sleep();
      void victim.kill();
      semaphore.release();
      yield* sleep();
      expect([trace, victim.status, semaphore.counter]).toEqual([["next"], "killed", 0]);
    }
  }),
);

test(
  "a permit that was handed over comes before a kill",
  virtually(function* () {
    const semaphore = new Semaphore(0, { fair: true });
    const trace: unknown[] = [];
    const victim = spawn(function* () {
      trace.push(yield* semaphore.acquire());
      try {
        yield* sleep("1 hour");
      } finally {
        semaphore.release();
      }
    });
    yield* sleep();
    semaphore.release();
    yield* victim.kill();
    expect([trace, victim.status, semaphore.counter]).toEqual([[true], "killed", 1]);
  }),
);

test(
  "one that is killed between the release and its turn leaves the permit to others",
  virtually(function* () {
    const semaphore = new Semaphore(0);
    const victim = spawn(() => semaphore.acquire());
    yield* sleep();
    semaphore.release();
    yield* victim.kill();
    expect([victim.status, semaphore.counter]).toEqual(["killed", 1]);
  }),
);

test(
  "a timeout of one who has got the permit is nothing",
  virtually(function* () {
    const semaphore = new Semaphore(0, { fair: true });
    // The timeout comes between the release and the turn of the one who waits.
    const waiting = spawn(() => semaphore.acquire({ timeout: 0 }));
    spawn(() => semaphore.release());
    expect([yield* waiting, semaphore.counter]).toEqual([true, 0]);
  }),
);

test(
  "wait looks without taking: how many are free, 0 past the timeout",
  virtually(function* () {
    const semaphore = new Semaphore(2);
    expect([yield* semaphore.wait(), semaphore.counter]).toEqual([2, 2]);
    semaphore.tryAcquire();
    semaphore.tryAcquire();
    expect(yield* semaphore.wait({ timeout: 5 })).toBe(0);
    const looking = [1, 2].map(() => spawn(() => semaphore.wait()));
    const taker = spawn(() => semaphore.acquire());
    const last = spawn(() => semaphore.wait({ timeout: 20 }));
    yield* sleep();
    expect(looking[0]?.parkReason).toBe("semaphore.wait");
    semaphore.release();
    expect(yield* joinAll([...looking, taker, last])).toEqual([1, 1, true, 0]);
  }),
);

test(
  "select takes acquire and wait, and a loser has taken nothing",
  virtually(function* () {
    const [a, b] = [new Semaphore(0), new Semaphore(0)];
    const channel = new Channel<string>();
    const first = spawn(() =>
      select({ a: a.acquire(), b: b.acquire(), wait: a.wait(), word: channel.receive() }),
    );
    yield* sleep();
    b.release();
    expect(yield* first).toEqual({ key: "b", value: true });
    a.release();
    expect(channel.trySend("lost?")).toBe(false);
    expect([a.counter, b.counter]).toEqual([1, 0]);
    expect(yield* select([b.acquire(), a.acquire()])).toEqual({ index: 1, value: true });
    expect(yield* thrownBy(select([b.acquire()], { timeout: 5 }))).toBeInstanceOf(Timeout);
    b.release();
    expect(b.counter).toBe(1);
  }),
);

test(
  "a raw link is called once when a permit is free",
  virtually(function* () {
    const semaphore = new Semaphore(0);
    const trace: unknown[] = [];
    const link = (source: Semaphore) => trace.push(source.counter);
    const never = () => expect.unreachable();
    semaphore.rawLink(link);
    semaphore.rawLink(never);
    semaphore.unlink(never);
    yield* sleep();
    expect(trace).toEqual([]);
    semaphore.release();
    yield* sleep();
    yield* sleep();
    semaphore.release();
    yield* sleep();
    expect(trace).toEqual([1]);
    semaphore.rawLink(link);
    expect(yield* wait([semaphore, new Semaphore(0)], { timeout: 5 })).toEqual([semaphore]);
    expect(trace).toEqual([1, 2]);
  }),
);

test(
  "use releases whatever happens in its body",
  virtually(function* () {
    const semaphore = new Semaphore(1);
    const free: number[] = [];
    const look = () => free.push(semaphore.counter);
    expect(
      yield* semaphore.use(function* () {
        look();
        yield* sleep(1);
        return "value";
      }),
    ).toBe("value");
    expect([yield* semaphore.use(() => 5), yield* semaphore.use(async () => look())]).toEqual([
      5, 2,
    ]);
    yield* semaphore.use(sleep(1));
    const failing = semaphore.use(() => {
      throw new Error("inside");
    });
    expect(yield* thrownBy(failing)).toEqual(new Error("inside"));
    const victim = spawn(() => semaphore.use(sleep("1 hour")));
    yield* sleep();
    look();
    yield* victim.kill();
    expect([free, semaphore.counter]).toEqual([[0, 0, 0], 1]);
    expect(() => semaphore.use(5 as never)).toThrow("Cannot use a lock for 5");
  }),
);

test(
  "use waits for its turn, and a kill there releases nothing",
  virtually(function* () {
    const semaphore = new Semaphore(0);
    const victim = spawn(() => semaphore.use(() => expect.unreachable()));
    yield* sleep();
    yield* victim.kill();
    expect(semaphore.counter).toBe(0);
  }),
);

test(
  "hold gives what releases it, once",
  virtually(function* () {
    const semaphore = new Semaphore(1);
    const hold = yield* semaphore.hold();
    expect(semaphore.counter).toBe(0);
    hold[Symbol.dispose]();
    hold[Symbol.dispose]();
    expect(semaphore.counter).toBe(1);
  }),
);

test(
  "a bounded one refuses a release too many, and keeps its permits",
  virtually(function* () {
    const semaphore = new BoundedSemaphore(2);
    expect(() => semaphore.release()).toThrow(RangeError);
    expect(() => semaphore.release()).toThrow(/^Semaphore released too many times/);
    yield* semaphore.acquire();
    expect(() => semaphore.release(2)).toThrow(RangeError);
    expect(semaphore.counter).toBe(1);
    semaphore.release();
    expect([semaphore.counter, new BoundedSemaphore().counter]).toEqual([2, 1]);
  }),
);

test(
  "one without a limit never blocks",
  virtually(function* () {
    const semaphore = new Semaphore(Number.POSITIVE_INFINITY);
    expect([semaphore.tryAcquire(), yield* semaphore.acquire({ timeout: 5 })]).toEqual([
      true,
      true,
    ]);
    semaphore.release();
    expect([semaphore.locked(), semaphore.ready(), yield* semaphore.wait()]).toEqual([
      false,
      true,
      Number.POSITIVE_INFINITY,
    ]);
  }),
);

test("bad values, options and counts are refused at the call", () => {
  for (const value of [-1, 1.5, Number.NaN]) {
    expect(() => new Semaphore(value)).toThrow(RangeError);
  }
  expect(() => new Semaphore(-1)).toThrow(
    "Cannot create a Semaphore with -1 permits: pass an integer >= 0",
  );
  expect(() => new Semaphore("2" as never)).toThrow(TypeError);
  const semaphore = new Semaphore(0);
  for (const count of [0, -1, 1.5, "1" as never]) {
    expect(() => semaphore.release(count)).toThrow(RangeError);
  }
  expect(() => semaphore.release(0)).toThrow("one or more");
  expect(() => semaphore.acquire(5 as never)).toThrow(TypeError);
  expect(() => semaphore.acquire(false as never)).toThrow(TypeError);
  expect(() => semaphore.acquire({ timeout: -1 })).toThrow(RangeError);
  expect(() => semaphore.acquire({ timeout: "-1 seconds" })).toThrow("negative timeout");
  expect(() => semaphore.acquire({ timeout: Number.NaN })).toThrow(RangeError);
  expect(() => semaphore.acquire({ timeout: "soon" as never })).toThrow(TypeError);
  expect(() => semaphore.acquire({ blocking: false, timeout: 5 })).toThrow(
    "can't specify a timeout for a non-blocking call",
  );
  expect(semaphore.counter).toBe(0);
});

test(
  "many fibers, a few permits: never more inside, and all get their turn",
  virtually(function* () {
    for (const fair of [false, true]) {
      const semaphore = new Semaphore(3, { fair });
      let inside = 0;
      let most = 0;
      let visits = 0;
      const visitor = function* (n: number) {
        for (let i = 0; i < 20; i++) {
          yield* semaphore.acquire();
          try {
            most = Math.max(most, ++inside);
            yield* sleep(n % 3);
            visits++;
          } finally {
            inside--;
            semaphore.release();
          }
        }
      };
      const fibers = Array.from({ length: 50 }, (_, n) => spawn(visitor, n));
      yield* sleep(2);
      const victims = fibers.filter((fiber, n) => n % 7 === 0 && !fiber.ready());
      for (const victim of victims) yield* victim.kill();
      yield* joinAll(fibers, { raiseError: false });
      expect(victims.map((fiber) => fiber.status)).toEqual(victims.map(() => "killed"));
      expect([most, inside, semaphore.counter]).toEqual([3, 0, 3]);
      expect(visits).toBeGreaterThanOrEqual((50 - victims.length) * 20);
    }
  }),
);
