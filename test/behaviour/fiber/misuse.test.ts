import { getHub, joinAll, kill, sleep, spawn, type Wait, wait } from "fibril";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

/** A Wait as an iterable that no type keeps from misuse. */
const loose = (each: unknown) => each as Iterable<unknown> & Iterator<unknown>;

/** Waits of the several kinds: of one step, of several, of the ring, of the timers. */
const waits: Readonly<Record<string, () => Wait<unknown, unknown>>> = {
  "sleep(1)": () => sleep(1),
  "sleep(0)": () => sleep(0),
  join: () => spawn(() => sleep(1)).join(),
  "join with a timeout": () => spawn(() => sleep(1)).join({ timeout: 5 }),
  wait: () => wait([spawn(() => sleep(1))]),
};

const misuses: Readonly<Record<string, (wait: Iterable<unknown>) => unknown>> = {
  spread: (wait) => [...wait],
  "Array.from": (wait) => Array.from(wait),
  destructured: (wait) => {
    const [, second] = wait;
    return second;
  },
  "stepped twice by hand": (wait) => {
    const iterator = wait[Symbol.iterator]();
    iterator.next();
    return iterator.next();
  },
};

const cases = Object.keys(waits).flatMap((name) => Object.keys(misuses).map((how) => [name, how]));

test.each(cases as [string, string][])(
  "%s that is %s is a TypeError that tells what to write, and the fiber goes on unharmed",
  (name, how) =>
    virtually(function* () {
      const trace: unknown[] = [];
      const fiber = spawn(function* () {
        try {
          misuses[how]?.(loose(waits[name]?.()));
        } catch (error) {
          trace.push(error instanceof TypeError, String(error).includes("yield* wait"));
        }
        const begin = getHub().now();
        yield* sleep(0);
        yield* sleep(10);
        trace.push(getHub().now() - begin);
        return "ended";
      });
      expect(yield* fiber).toBe("ended");
      expect(trace).toEqual([true, true, 10]);
    })(),
);

test(
  "a Wait begun in a synchronous callback is reported at the body's next wait, or its end",
  virtually(function* () {
    const stepped = () => [1].forEach(() => void loose(sleep(5))[Symbol.iterator]().next());
    const waiting = spawn(function* () {
      stepped();
      yield* sleep(1);
    });
    const ending = spawn(function* () {
      stepped();
    });
    const plain = spawn(stepped);
    for (const fiber of [waiting, ending, plain]) {
      const error = yield* thrownBy(fiber.get());
      expect(error).toBeInstanceOf(TypeError);
      expect(String(error)).toMatch(/synchronous callback/);
    }
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "a misuse that is caught leaves nothing behind that would wake the fiber too early",
  virtually(function* () {
    const trace: string[] = [];
    const fiber = spawn(function* () {
      expect(() => [...loose(sleep(0))]).toThrow(TypeError);
      spawn(() => trace.push("other"));
      yield* sleep(0);
      trace.push("fiber");
    });
    yield* fiber;
    expect(trace).toEqual(["other", "fiber"]);
  }),
);

test.each([
  ["a Wait", () => sleep(1), /without a star.*yield\* wait/],
  ["a fiber", () => spawn(() => 1), /yield\*/],
  ["a promise", () => Promise.resolve(1), /yield\* until\(promise\)/],
  ["a number", () => 5, /Cannot wait for 5/],
  ["nothing", () => undefined, /undefined/],
  ["a string", () => "text", /"text"/],
  ["a function", () => sleep, /"sleep"/],
  ["an object", () => ({}), /Object/],
])(
  "%s that is yielded without a star is a TypeError with advice, thrown there",
  (_what, make, advice) =>
    virtually(function* () {
      const body = function* () {
        try {
          yield make();
        } catch (error) {
          return error;
        }
        return undefined;
      };
      const error = yield* spawn(body as unknown as () => Generator<never, unknown, never>);
      expect(error).toBeInstanceOf(TypeError);
      expect(String(error)).toMatch(advice);
    })(),
);

test(
  "yield* of an array is a TypeError at its first element, of a promise at once",
  virtually(function* () {
    for (const value of [[sleep(1), sleep(2)], [1, 2], "text"]) {
      const body = function* () {
        yield* value as Iterable<never>;
      };
      expect(yield* thrownBy(spawn(body).get())).toBeInstanceOf(TypeError);
    }
    const promised = function* () {
      yield* Promise.resolve(1) as unknown as Iterable<never>;
    };
    expect(yield* thrownBy(spawn(promised).get())).toBeInstanceOf(TypeError);
    expect(getHub().now()).toBe(0);
  }),
);

test(
  "a Wait stepped after its fiber's step is over is a TypeError",
  virtually(function* () {
    const iterator = loose(sleep(1))[Symbol.iterator]();
    const thrown: unknown[] = [];
    getHub().runCallback(() => {
      try {
        iterator.next();
      } catch (error) {
        thrown.push(error);
      }
    });
    yield* sleep();
    expect(thrown).toEqual([expect.any(TypeError)]);
  }),
);

test(
  "a Wait is a description: never run, nothing of it happens",
  virtually(function* () {
    const fiber = spawn(() => 1);
    void sleep(5);
    void fiber.get();
    void joinAll([fiber]);
    void wait([fiber]);
    expect([getHub().timers, getHub().fibers.length]).toEqual([0, 2]);
    yield* fiber;
  }),
);

test(
  "one Wait may be run by several fibers at once, and twice in one",
  virtually(function* () {
    const target = spawn(function* () {
      yield* sleep(10);
      return "value";
    });
    const shared = { nap: sleep(5), yields: sleep(0), get: target.get(), join: target.join() };
    const limited = target.get({ timeout: 20 });
    function* body() {
      yield* shared.yields;
      yield* shared.nap;
      yield* shared.nap;
      const values = [yield* shared.get, yield* shared.get, yield* shared.join, yield* limited];
      return [values, getHub().now()];
    }
    const fibers = [spawn(body), spawn(body), spawn(body)];
    const expected = [["value", "value", true, "value"], 10];
    expect(yield* joinAll(fibers)).toEqual([expected, expected, expected]);
  }),
);

test(
  "a Wait that one fiber was killed in serves the others, and later ones",
  virtually(function* () {
    const nap = sleep(10);
    const fibers = [spawn(() => nap), spawn(() => nap)];
    yield* sleep(5);
    yield* kill(fibers[0] as (typeof fibers)[number]);
    yield* nap;
    expect([getHub().now(), fibers.map((fiber) => fiber.status)]).toEqual([
      15,
      ["killed", "success"],
    ]);
  }),
);

test("a Wait awaited twice runs twice", async () => {
  let runs = 0;
  const object = {
    rawLink(callback: (self: never) => void) {
      runs++;
      callback(object as never);
    },
    unlink() {},
  };
  const counted = wait([object]);
  await Promise.all([counted, counted]);
  await counted;
  expect(runs).toBe(3);
});
