import {
  type Fiber,
  forEach,
  GreenletExit,
  getHub,
  isControl,
  iwait,
  joinAll,
  kill,
  killAll,
  sleep,
  spawn,
  Timeout,
  until,
  wait,
  withTimeout,
} from "fibril";
import { type ExploreOptions, explore, virtualHub } from "fibril/testing";
import { expect, test } from "vitest";

function* after(ms: number, value: unknown) {
  for (let i = 0; i < ms; i++) yield* sleep(i % 2);
  return value;
}

const sorted = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b);

test("joinAll gives input order under every schedule", async () => {
  await explore(function* () {
    const fibers = [3, 0, 2, 1, 2].map((ms, index) => spawn(after, ms, index));
    const joiners = [spawn(() => joinAll(fibers)), spawn(() => joinAll(fibers))];
    expect(yield* joinAll(fibers)).toEqual([0, 1, 2, 3, 4]);
    for (const joiner of joiners) expect(yield* joiner).toEqual([0, 1, 2, 3, 4]);
  });
});

test("joinAll throws one of the failures that happened, and wakes its waiter once", async () => {
  await explore(function* () {
    const errors = [new Error("a"), new Error("b")];
    const fibers: Fiber[] = errors.map((error) =>
      spawn(function* () {
        yield* sleep();
        throw error;
      }),
    );
    const [a, b] = fibers as [Fiber, Fiber];
    let caught: unknown;
    try {
      yield* joinAll([a, b, a, b]);
    } catch (error) {
      caught = error;
    }
    expect(errors).toContain(caught);
    const before = getHub().now();
    yield* sleep(5);
    expect(getHub().now() - before).toBe(5);
    yield* joinAll(fibers, { raiseError: false });
  });
});

test("in a storm of kills every fiber dies once, and every cleanup runs to its end", async () => {
  await explore(function* () {
    let begun = 0;
    let cleaned = 0;
    function* victim(n: number) {
      begun++;
      try {
        for (;;) yield* sleep(n % 3);
      } finally {
        yield* sleep(n % 2);
        yield* sleep(0);
        cleaned++;
      }
    }
    const victims = Array.from({ length: 8 }, (_, n) => spawn(victim, n));
    function* killer(step: number) {
      for (let i = 0; i < victims.length; i++) {
        yield* sleep(0);
        const death = kill(victims[(i * step) % victims.length] as Fiber);
        if (i % 2 === 0) yield* death;
      }
    }
    yield* joinAll([spawn(killer, 1), spawn(killer, 3), spawn(killer, 5)]);
    yield* killAll(victims);
    expect(cleaned).toBe(begun);
    expect(victims.every((fiber) => fiber.status === "killed")).toBe(true);
    expect([getHub().fibers.length, getHub().timers]).toEqual([1, 0]);
  });
});

test("a kill races a wake-up: the fiber gets one of both, never both, never none", async () => {
  await explore(function* () {
    const { promise, resolve } = Promise.withResolvers<void>();
    const outcomes: string[] = [];
    const fiber = spawn(function* () {
      try {
        yield* until(promise);
        outcomes.push("woken");
      } catch (error) {
        outcomes.push(error instanceof GreenletExit ? "killed" : "?");
      }
    });
    yield* sleep(1);
    const racers = [spawn(() => kill(fiber)), spawn(() => resolve())];
    yield* joinAll(racers);
    yield* fiber.join();
    expect(outcomes.length).toBe(1);
    expect(["woken", "killed"]).toContain(outcomes[0]);
  });
});

test("nested timeouts of one deadline never leak into each other or out", async () => {
  await explore(function* () {
    const fibers = [1, 2, 3].map((n) =>
      spawn(function* () {
        const inner = withTimeout(n, sleep("1 hour"), { value: "inner" });
        const value = yield* withTimeout(2, inner, { value: "outer" });
        yield* sleep(9);
        return value;
      }),
    );
    const [first, second, third] = yield* joinAll(fibers);
    expect([first, third]).toEqual(["inner", "outer"]);
    expect(["inner", "outer"]).toContain(second);
    expect(getHub().timers).toBe(0);
  });
});

test("a Timeout strikes once, or not at all if it was cancelled", async () => {
  await explore(function* () {
    const struck: boolean[] = [];
    const fiber = spawn(function* () {
      const timeout = Timeout.start(0);
      try {
        yield* sleep(0);
        timeout.close();
        struck.push(false);
      } catch (error) {
        struck.push(error === timeout);
      }
      yield* sleep(5);
    });
    yield* fiber;
    expect(struck.length).toBe(1);
  });
});

test("links are called once each, in order, for fibers that end in every way", async () => {
  await explore(function* () {
    const calls: string[][] = [];
    const fibers: Fiber[] = [
      spawn(after, 2, 1),
      spawn(() => {
        throw new Error("failed");
      }),
      spawn(() => sleep("1 hour")),
    ];
    fibers.forEach((fiber, index) => {
      calls.push([]);
      for (const name of ["a", "b", "c"]) fiber.rawLink(() => calls[index]?.push(name));
      fiber.link(() => calls[index]?.push("link"));
    });
    yield* sleep(0);
    void fibers[2]?.kill();
    yield* wait(fibers);
    yield* sleep(1);
    expect(calls.map((each) => each.join(" "))).toEqual(Array(3).fill("a b c link"));
    expect(fibers.map((fiber) => fiber.status)).toEqual(["success", "failure", "killed"]);
  });
});

test("whatever the order of takers, an iteration gives each fiber once", async () => {
  await explore(function* () {
    const finishing = iwait([3, 1, 2, 0].map((ms) => spawn(after, ms, ms)));
    const taken: number[] = [];
    function* taker() {
      for (;;) {
        const { done, value } = yield* finishing.next();
        if (done === true) return;
        taken.push(value.value as number);
      }
    }
    yield* joinAll([spawn(taker), spawn(taker), spawn(taker)]);
    expect(sorted(taken)).toEqual([0, 1, 2, 3]);
  });
});

test("forEach works on every item once, and after a failure on no more", async () => {
  await explore(function* () {
    const done: number[] = [];
    yield* forEach([0, 1, 2, 3, 4], (n) => spawn(after, n, done.push(n)).get(), { concurrency: 2 });
    expect(sorted(done)).toEqual([0, 1, 2, 3, 4]);
    const error = new Error("third");
    let working = 0;
    let caught: unknown;
    try {
      yield* forEach(
        [0, 1, 2, 3, 4],
        function* (n) {
          working++;
          try {
            yield* sleep(n % 2);
            if (n === 2) throw error;
          } catch (each) {
            if (!isControl(each) && each !== error) throw each;
            throw each;
          } finally {
            working--;
          }
        },
        { concurrency: 3 },
      );
    } catch (each) {
      caught = each;
    }
    expect([caught === error, working]).toEqual([true, 0]);
  });
});

test("a seed gives one schedule again, other seeds give others", async () => {
  const orderOf = async (seed: number) => {
    const order: string[] = [];
    const virtual = virtualHub({ seed });
    await virtual.run(function* () {
      const body = function* (name: string) {
        order.push(name);
        yield* sleep(0);
        order.push(name);
      };
      yield* joinAll(["a", "b", "c"].map((name) => spawn(body, name)));
    });
    virtual[Symbol.dispose]();
    return order.join("");
  };
  const orders: string[] = [];
  for (let seed = 1; seed <= 20; seed++) orders.push(await orderOf(seed));
  expect(await orderOf(7)).toBe(orders[6]);
  expect(new Set(orders).size).toBeGreaterThan(5);
});

test("a failure says which seed does it again, and gives the error as its cause", async () => {
  const seen: string[] = [];
  const body = function* () {
    const order: string[] = [];
    yield* joinAll(["a", "b"].map((name) => spawn(() => order.push(name))));
    seen.push(order.join(""));
    if (order[0] === "b") throw new Error("b was first");
  };
  const failureOf = (options?: ExploreOptions) =>
    explore(body, options).then(
      () => new Error("No schedule failed"),
      (error: Error) => error,
    );
  const error = await failureOf();
  const first = Number(/first: (\d+)/.exec(error.message)?.[1]);
  expect(error.cause).toEqual(new Error("b was first"));
  expect(seen.length).toBe(first);
  expect((await failureOf({ first, seeds: 1 })).cause).toEqual(new Error("b was first"));
});
