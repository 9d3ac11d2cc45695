import * as Effect from "effect/Effect";
import { GreenletExit, getHub, joinAll, LoopExit, sleep, spawn, withTimeout } from "fibril";
import { select } from "fibril/channel";
import { Condition, Event, Lock, RLock } from "fibril/sync";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

/** What all that has a lock's methods do alike. */
const kinds = {
  Lock: () => new Lock(),
  "fair Lock": () => new Lock({ fair: true }),
  RLock: () => new RLock(),
  "fair RLock": () => new RLock({ fair: true }),
  Condition: () => new Condition(),
  "Condition on a Lock": () => new Condition(new Lock()),
};

type AnyLock = ReturnType<(typeof kinds)[keyof typeof kinds]>;

function* holdUntil(lock: AnyLock, event: Event) {
  yield* lock.use(event.wait());
}

for (const [name, make] of Object.entries(kinds)) {
  test(
    `${name}: one fiber at a time, in the order in which they came`,
    virtually(function* () {
      const lock = make();
      const trace: string[] = [];
      function* worker(id: string) {
        yield* lock.acquire();
        trace.push(`${id} in`);
        yield* sleep(1);
        trace.push(`${id} out`);
        lock.release();
      }
      yield* joinAll(["a", "b", "c"].map((id) => spawn(worker, id)));
      expect(trace).toEqual(["a in", "a out", "b in", "b out", "c in", "c out"]);
      expect(lock.locked()).toBe(false);
    }),
  );

  test(
    `${name}: acquire that need not wait does not suspend`,
    virtually(function* () {
      const lock = make();
      const trace: string[] = [];
      spawn(() => trace.push("other"));
      expect([yield* lock.acquire(), lock.locked()]).toEqual([true, true]);
      lock.release();
      expect([lock.tryAcquire(), lock.locked(), trace]).toEqual([true, true, []]);
      lock.release();
    }),
  );

  test(
    `${name}: who must not or cannot wait gets false`,
    virtually(function* () {
      const lock = make();
      const over = new Event();
      spawn(holdUntil, lock, over);
      yield* sleep();
      expect([lock.tryAcquire(), yield* lock.acquire({ blocking: false })]).toEqual([false, false]);
      expect(yield* lock.acquire({ timeout: 5 })).toBe(false);
      expect(yield* withTimeout(5, lock.acquire(), { value: "late" })).toBe("late");
      over.set();
      expect(yield* lock.acquire({ timeout: 5 })).toBe(true);
      expect(getHub().timers).toBe(0);
    }),
  );

  test(
    `${name}: a kill at acquire leaves no trace`,
    virtually(function* () {
      const lock = make();
      const over = new Event();
      const holder = spawn(holdUntil, lock, over);
      const victim = spawn(() => lock.acquire());
      const next = spawn(() => lock.acquire());
      yield* sleep();
      void victim.kill();
      over.set();
      yield* holder;
      expect([yield* next, victim.status, lock.locked()]).toEqual([true, "killed", true]);
    }),
  );

  test(
    `${name}: select takes acquire, and a loser holds nothing`,
    virtually(function* () {
      const [a, b] = [make(), make()];
      const [overA, overB] = [new Event(), new Event()];
      const holders = [spawn(holdUntil, a, overA), spawn(holdUntil, b, overB)];
      const first = spawn(() => select([a.acquire(), b.acquire(), sleep("1 hour")]));
      yield* sleep();
      overB.set();
      overA.set();
      expect(yield* first).toEqual({ index: 1, value: true });
      yield* joinAll(holders);
      expect([a.locked(), b.locked(), getHub().timers]).toEqual([false, true, 0]);
    }),
  );

  test(
    `${name}: use and hold release it, also when the body fails or is killed`,
    virtually(function* () {
      const lock = make();
      expect(yield* lock.use(() => lock.locked())).toBe(true);
      const failing = lock.use(function* () {
        yield* sleep(1);
        throw new Error("inside");
      });
      expect(yield* thrownBy(failing)).toEqual(new Error("inside"));
      const victim = spawn(function* () {
        const hold = yield* lock.hold();
        try {
          yield* sleep("1 hour");
        } finally {
          hold[Symbol.dispose]();
        }
      });
      yield* sleep();
      expect(lock.locked()).toBe(true);
      yield* victim.kill();
      expect(lock.locked()).toBe(false);
    }),
  );

  test(`${name}: holds between async functions, the main program and Effect programs`, async () => {
    const lock = make();
    const trace: string[] = [];
    async function asyncWorker() {
      await lock.acquire();
      trace.push("async in");
      await sleep(1);
      trace.push("async out");
      lock.release();
    }
    const effectWorker = (id: number) =>
      Effect.gen(function* () {
        yield* lock.acquire();
        trace.push(`effect ${id} in`);
        yield* sleep(1);
        trace.push(`effect ${id} out`);
        lock.release();
      });
    await lock.acquire();
    const others = [
      spawn(asyncWorker),
      Effect.runPromise(effectWorker(1)),
      Effect.runPromise(effectWorker(2)),
      spawn(effectWorker(3)),
    ];
    await sleep(1);
    trace.push("main out");
    lock.release();
    await Promise.all(others);
    expect(trace[0]).toBe("main out");
    const pairs = trace.slice(1).map((each) => each.split(" ").slice(0, -1).join(" "));
    expect(pairs.filter((_, i) => i % 2 === 0)).toEqual(pairs.filter((_, i) => i % 2 === 1));
    expect(new Set(pairs).size).toBe(4);
    expect(lock.locked()).toBe(false);
  });

  test(`${name}: use takes async functions and Effects`, async () => {
    const lock = make();
    expect(await lock.use(async () => lock.locked())).toBe(true);
    expect(await Effect.runPromise(lock.use(Effect.sync(() => lock.locked())))).toBe(true);
    await expect(lock.use(Promise.reject(new Error("no"))).then()).rejects.toEqual(new Error("no"));
    expect(lock.locked()).toBe(false);
  });

  test(`${name}: bad options are refused at the call`, () => {
    const lock = make();
    expect(() => lock.acquire(5 as never)).toThrow("Cannot acquire with 5 as options");
    expect(() => lock.acquire({ timeout: -1 })).toThrow("non-negative number");
    expect(() => lock.acquire({ blocking: false, timeout: 1 })).toThrow(RangeError);
    expect(() => lock.use(undefined as never)).toThrow(TypeError);
    expect(() => lock.release()).toThrow(/^Cannot release un/);
  });
}

test(
  "use throws what its body threw, also if that has released the lock itself",
  virtually(function* () {
    for (const lock of [new Lock(), new RLock()]) {
      const failing = lock.use(() => {
        lock.release();
        throw new Error("inside");
      });
      expect(yield* thrownBy(failing)).toEqual(new Error("inside"));
      expect(yield* thrownBy(lock.use(() => lock.release()))).toMatchObject({
        message: expect.stringMatching(/^Cannot release un/),
      });
    }
  }),
);

test(
  "a released lock may be taken by the fiber that runs; a fair one is handed over",
  virtually(function* () {
    for (const fair of [false, true]) {
      const lock = new Lock({ fair });
      yield* lock.acquire();
      const waiting = spawn(() => lock.acquire());
      yield* sleep();
      lock.release();
      expect([lock.tryAcquire(), waiting.parkReason === undefined]).toEqual([!fair, fair]);
      if (!fair) lock.release();
      expect(yield* waiting).toBe(true);
    }
  }),
);

test(
  "any fiber may release a Lock, and a Lock that nobody holds none",
  virtually(function* () {
    const lock = new Lock();
    yield* lock.acquire();
    yield* spawn(() => lock.release());
    expect(lock.locked()).toBe(false);
    expect(() => lock.release()).toThrow("Cannot release unlocked lock");
  }),
);

test(
  "a Lock may be a signal: who acquires it twice waits until somebody releases it",
  virtually(function* () {
    const lock = new Lock();
    const trace: string[] = [];
    const fiber = spawn(function* () {
      yield* lock.acquire();
      trace.push("first");
      yield* lock.acquire();
      trace.push("second");
    });
    yield* sleep();
    expect(trace).toEqual(["first"]);
    expect(fiber.parkReason).toBe("lock.acquire (held by itself: an RLock can be acquired twice)");
    lock.release();
    yield* fiber;
    expect(trace).toEqual(["first", "second"]);
  }),
);

test(
  "two Locks as signals let two fibers take turns",
  virtually(function* () {
    const [mine, yours] = [new Lock(), new Lock()];
    const trace: string[] = [];
    yield* yours.acquire();
    function* player(word: string, own: Lock, other: Lock) {
      for (let i = 0; i < 3; i++) {
        yield* own.acquire();
        trace.push(word);
        other.release();
      }
    }
    yield* joinAll([spawn(player, "ping", mine, yours), spawn(player, "pong", yours, mine)]);
    expect(trace).toEqual(["ping", "pong", "ping", "pong", "ping", "pong"]);
  }),
);

test(
  "who made Locks for others to release may join those who wait for them",
  virtually(function* () {
    const gates = [new Lock(), new Lock()] as const;
    const trace: string[] = [];
    for (const gate of gates) yield* gate.acquire();
    function* step(name: string, before: Lock | undefined, then: Lock | undefined) {
      yield* before?.acquire() ?? sleep(5);
      trace.push(name);
      then?.release();
    }
    const third = spawn(step, "third", gates[1], undefined);
    const second = spawn(step, "second", gates[0], gates[1]);
    spawn(step, "first", undefined, gates[0]);
    yield* sleep();
    yield* third;
    yield* second;
    expect(trace).toEqual(["first", "second", "third"]);
  }),
);

/** Takes `first`, lets the other one come so far, and takes `second`. */
function* inOrder(first: Lock | RLock, second: Lock | RLock) {
  yield* first.use(function* () {
    yield* sleep(1);
    yield* second.use(sleep(1));
  });
}

test(
  "fibers that wait for each other's locks get a LoopExit while timers run",
  virtually(function* () {
    for (const make of [() => new Lock(), () => new RLock()]) {
      const [a, b, c] = [make(), make(), make()];
      const ticker = spawn(() => sleep("1 hour"));
      const fibers = [
        spawn({ name: "one" }, inOrder, a, b),
        spawn({ name: "two" }, inOrder, b, c),
        spawn({ name: "three" }, inOrder, c, a),
      ];
      const exits = yield* joinAll(fibers, { raiseError: false });
      expect(exits.map((exit) => exit._tag)).toEqual(["Success", "Success", "Failure"]);
      const error = fibers[2]?.exception as Error;
      expect(error).toBeInstanceOf(LoopExit);
      const kind = make().constructor.name.toLowerCase();
      expect(
        error.message.split("\n").map((line) => line.trim().replace(/ +[^ ]+:\d+$/, "")),
      ).toEqual([
        'Deadlock: "three", "one", "two" wait for each other',
        `three      ${kind}.acquire (held by one)`,
        `└─ one     ${kind}.acquire (held by two)`,
        `└─ two  ${kind}.acquire (held by three)`,
      ]);
      yield* ticker.kill();
    }
  }),
);

test(
  "no cycle is seen where a timeout, a select or a release by others may open it",
  virtually(function* () {
    const [a, b] = [new Lock(), new Lock()];
    const impatient = spawn(function* () {
      yield* a.acquire();
      yield* sleep(1);
      const got = yield* b.acquire({ timeout: 5 });
      a.release();
      return got;
    });
    const patient = spawn(inOrder, b, a);
    expect([yield* impatient, yield* patient]).toEqual([false, undefined]);
    function* choosy() {
      yield* a.acquire();
      yield* sleep(1);
      const { index } = yield* select([b.acquire(), sleep(5)]);
      a.release();
      return index;
    }
    const early = [spawn(choosy), spawn(inOrder, b, a)];
    expect(yield* joinAll(early)).toEqual([1, undefined]);
    const late = [spawn(inOrder, b, a), spawn(choosy)];
    expect(yield* joinAll(late)).toEqual([undefined, 1]);
    const [c, d] = [new Lock(), new Lock()];
    yield* c.acquire();
    yield* spawn(() => c.release());
    const crossed = [spawn(inOrder, c, d), spawn(inOrder, d, c)];
    yield* sleep(5);
    expect(crossed.map((fiber) => fiber.status)).toEqual(["suspended", "suspended"]);
    c.release();
    d.release();
    yield* joinAll(crossed, { raiseError: false });
  }),
);

test(
  "a cycle of an RLock and a join is seen from both sides",
  virtually(function* () {
    const lock = new RLock();
    const waiting = spawn(function* () {
      yield* sleep();
      yield* lock.acquire();
    });
    const holding = spawn(function* () {
      yield* lock.acquire();
      yield* sleep();
      yield* sleep();
      yield* waiting;
    });
    expect(yield* thrownBy(holding.get())).toBeInstanceOf(LoopExit);
    yield* waiting.kill();
    const free = new RLock();
    const acquiring = spawn(function* () {
      yield* sleep(1);
      yield* free.acquire();
    });
    const joining = spawn(function* () {
      yield* free.acquire();
      yield* acquiring;
    });
    expect(yield* thrownBy(acquiring.get())).toBeInstanceOf(LoopExit);
    expect(yield* thrownBy(joining.get())).toBeInstanceOf(LoopExit);
  }),
);

test(
  "a fiber that dies leaves its lock locked, and who waits for it says so",
  virtually(function* () {
    for (const lock of [new Lock(), new RLock()]) {
      yield* spawn({ name: "careless" }, () => lock.acquire());
      const fiber = spawn(() => lock.acquire({ timeout: 5 }));
      yield* sleep();
      const kind = lock.constructor.name.toLowerCase();
      expect(fiber.parkReason).toBe(
        `${kind}.acquire (held by careless, which has ended without a release)`,
      );
      expect(yield* fiber).toBe(false);
    }
  }),
);

test("the owner is known by name, also where it is no fiber", async () => {
  const lock = new Lock();
  const reasons: unknown[] = [];
  await lock.acquire();
  const waiting = spawn(() => lock.acquire());
  await sleep();
  reasons.push(waiting.parkReason);
  lock.release();
  await waiting;
  lock.release();
  await Effect.runPromise(lock.acquire());
  const again = spawn(() => lock.acquire());
  await sleep();
  reasons.push(again.parkReason?.replace(/\d+/, "N"));
  lock.release();
  expect([await again, reasons]).toEqual([
    true,
    ["lock.acquire (held by main)", "lock.acquire (held by Effect fiber #N)"],
  ]);
});

test(
  "a kill that comes after a hand-over is thrown at the next wait",
  virtually(function* () {
    const lock = new Lock({ fair: true });
    yield* lock.acquire();
    const trace: unknown[] = [];
    const victim = spawn(function* () {
      trace.push(yield* lock.acquire());
      try {
        yield* sleep();
      } catch (error) {
        trace.push(error instanceof GreenletExit);
        throw error;
      } finally {
        lock.release();
      }
    });
    yield* sleep();
    lock.release();
    yield* victim.kill();
    expect([trace, lock.locked()]).toEqual([[true, true], false]);
  }),
);
