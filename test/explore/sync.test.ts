import { type Fiber, GreenletExit, getHub, joinAll, kill, killAll, sleep, spawn } from "fibril";
import { select } from "fibril/channel";
import { Barrier, BrokenBarrierError, Condition, Event, Lock, RLock, Semaphore } from "fibril/sync";
import { explore } from "fibril/testing";
import { expect, test } from "vitest";

/** Each way to let fibers in. */
const makers = {
  Lock: (fair: boolean) => new Lock({ fair }),
  RLock: (fair: boolean) => new RLock({ fair }),
  "Semaphore(1)": (fair: boolean) => new Semaphore(1, { fair }),
  Condition: (fair: boolean) => new Condition(new Lock({ fair })),
};

for (const [name, make] of Object.entries(makers)) {
  for (const fair of [false, true]) {
    test(`${name}${fair ? ", fair" : ""}: kills, timeouts and choices never let two in, nor lose it`, async () => {
      await explore(function* () {
        const lock = make(fair);
        const other = new Event();
        let inside = 0;
        let visits = 0;
        function* visit() {
          expect(++inside).toBe(1);
          visits++;
          try {
            yield* sleep(visits % 2);
          } finally {
            inside--;
            lock.release();
          }
        }
        function* patient() {
          for (let i = 0; i < 4; i++) {
            yield* lock.acquire();
            yield* visit();
          }
        }
        function* impatient() {
          for (let i = 0; i < 4; i++) {
            if (yield* lock.acquire({ timeout: i % 2 })) yield* visit();
          }
        }
        function* choosy() {
          for (let i = 0; i < 4; i++) {
            const { key } = yield* select({ in: lock.acquire(), no: other.wait(), late: sleep(1) });
            if (key === "in") yield* visit();
          }
        }
        const victims = [spawn(patient), spawn(impatient), spawn(choosy)];
        const fibers = [spawn(patient), spawn(impatient), spawn(choosy), spawn(patient)];
        const killer = spawn(function* () {
          for (const victim of victims) {
            yield* sleep(1);
            void kill(victim as Fiber);
          }
          other.set();
        });
        yield* joinAll([...fibers, killer]);
        yield* killAll(victims);
        expect([inside, lock.locked(), getHub().timers]).toEqual([0, false, 0]);
        expect(visits).toBeGreaterThanOrEqual(8);
        expect(lock.tryAcquire()).toBe(true);
      });
    });
  }
}

test("permits are neither lost nor made, whoever takes, looks and is killed", async () => {
  await explore(function* () {
    const semaphore = new Semaphore(2);
    const fibers = Array.from({ length: 8 }, (_, n) =>
      spawn(function* () {
        for (let i = 0; i < 3; i++) {
          if (n % 4 === 3) yield* semaphore.wait();
          yield* semaphore.use(sleep((n + i) % 2));
        }
      }),
    );
    yield* sleep(1);
    for (const fiber of fibers.filter((_, n) => n % 3 === 0)) yield* kill(fiber as Fiber);
    yield* joinAll(fibers, { raiseError: false });
    expect([semaphore.counter, getHub().timers]).toEqual([2, 0]);
  });
});

test("whoever waits when an event is set goes on, whatever comes after", async () => {
  await explore(function* () {
    const event = new Event();
    const woken: number[] = [];
    const waiters = [0, 1, 2, 3].map((id) =>
      spawn(function* () {
        yield* event.wait();
        woken.push(id);
      }),
    );
    yield* sleep(1);
    const setter = spawn(() => event.set());
    const clearer = spawn(function* () {
      yield* setter;
      event.clear();
    });
    yield* joinAll([...waiters, clearer]);
    expect([woken.sort(), event.isSet()]).toEqual([[0, 1, 2, 3], false]);
  });
});

test("a bounded buffer of two conditions loses nothing and never overflows", async () => {
  await explore(function* () {
    const lock = new RLock();
    const [filled, emptied] = [new Condition(lock), new Condition(lock)];
    const buffer: number[] = [];
    const got: number[] = [];
    function* produce(from: number) {
      for (let item = from; item < from + 4; item++) {
        yield* lock.use(function* () {
          yield* emptied.waitFor(() => buffer.length < 2);
          expect(buffer.push(item)).toBeLessThanOrEqual(2);
          filled.notify();
        });
      }
    }
    function* consume() {
      for (let i = 0; i < 4; i++) {
        yield* lock.acquire();
        yield* filled.waitFor(() => buffer.length > 0);
        got.push(buffer.shift() as number);
        emptied.notify();
        lock.release();
        yield* sleep();
      }
    }
    const idler = spawn(() => filled.use(filled.waitFor(() => false)));
    yield* sleep();
    yield* idler.kill();
    yield* joinAll([spawn(produce, 0), spawn(consume), spawn(produce, 4), spawn(consume)]);
    expect(got.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(lock.locked()).toBe(false);
  });
});

test("a killed wait has the lock again, and leaves it to the next", async () => {
  await explore(function* () {
    const lock = new Lock();
    const condition = new Condition(lock);
    const owned: boolean[] = [];
    const waiters = [1, 2, 3].map(() =>
      spawn(function* () {
        yield* lock.acquire();
        try {
          yield* condition.wait();
        } finally {
          owned.push(lock.owned());
          lock.release();
        }
      }),
    );
    yield* sleep(1);
    const notifier = spawn(() => condition.use(() => condition.notify(2)));
    const killer = spawn(() => killAll(waiters.slice(1)));
    yield* joinAll([notifier, killer]);
    yield* lock.use(() => condition.notifyAll());
    yield* joinAll(waiters, { raiseError: false });
    expect([owned, lock.locked()]).toEqual([[true, true, true], false]);
  });
});

test("a barrier lets each round through as a whole, or breaks it as a whole", async () => {
  await explore(function* () {
    const barrier = new Barrier(3, { action: () => sleep() });
    const passed: number[] = [];
    function* walk() {
      for (let round = 0; round < 3; round++) {
        passed.push(round);
        yield* barrier.wait();
      }
    }
    yield* joinAll([spawn(walk), spawn(walk), spawn(walk)]);
    expect(passed).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    const fibers = [spawn(() => barrier.wait()), spawn(() => barrier.wait())];
    yield* sleep(1);
    const victim = fibers[0] as Fiber<number>;
    fibers.push(spawn(() => barrier.wait()));
    yield* joinAll([...fibers, spawn(() => kill(victim))], { raiseError: false });
    const endings = fibers.map((fiber) => fiber.exception);
    if (barrier.broken) {
      const isExpected = (ending: unknown) =>
        ending instanceof BrokenBarrierError || ending instanceof GreenletExit;
      expect(endings.map(isExpected)).toEqual([true, true, true]);
    } else {
      expect(endings).toEqual([undefined, undefined, undefined]);
    }
    expect(barrier.nWaiting).toBe(0);
  });
});
