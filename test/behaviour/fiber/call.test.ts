import * as Effect from "effect/Effect";
import {
  call,
  getCurrent,
  getHub,
  kill,
  sleep,
  spawn,
  Timeout,
  until,
  type Yieldable,
} from "fibril";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

const callAnything = call as unknown as (...args: unknown[]) => unknown;

type Recursive<A> = Generator<Yieldable<unknown>, A, unknown>;

test(
  "call gives what the generator function returns, with its arguments",
  virtually(function* () {
    function* add(a: number, b: number) {
      yield* sleep(1);
      return a + b;
    }
    expect(yield* call(add, 1, 2)).toBe(3);
    expect(yield* call(function* () {})).toBeUndefined();
  }),
);

test("it recurses 200,000 deep, waiting at the bottom, where yield* would overflow", async () => {
  function* depth(n: number): Recursive<number> {
    if (n > 0) return 1 + (yield* call(depth, n - 1));
    yield* sleep();
    return 0;
  }
  expect(await spawn(depth, 200_000)).toBe(200_000);
});

test("an error leaves 100,000 levels through every finally, and can be caught on the way", async () => {
  const error = new Error("at the bottom");
  let finals = 0;
  function* deep(n: number): Recursive<void> {
    try {
      if (n === 0) throw error;
      yield* call(deep, n - 1);
    } finally {
      finals++;
    }
  }
  function* top() {
    try {
      yield* call(deep, 100_000);
    } catch (caught) {
      return caught;
    }
    return undefined;
  }
  expect(await spawn(top)).toBe(error);
  expect(finals).toBe(100_001);
});

test(
  "call and yield* may be mixed at any level",
  virtually(function* () {
    const trace: string[] = [];
    function* leaf(name: string) {
      trace.push(`${name} begins`);
      yield* sleep(1);
      trace.push(`${name} ends`);
      return name;
    }
    function* middle() {
      const called = yield* call(leaf, "called");
      const plain = yield* leaf("plain");
      return `${called}, ${plain}`;
    }
    function* outer() {
      return `${yield* middle()}; ${yield* call(middle)}`;
    }
    expect(yield* call(outer)).toBe("called, plain; called, plain");
    expect(trace.length).toBe(8);
  }),
);

test(
  "the callee may be async, plain, or give an Effect, a Wait, a promise or a generator",
  virtually(function* () {
    function* generator() {
      yield* sleep(1);
      return "generator";
    }
    expect(yield* call(async (n: number) => n + 1, 1)).toBe(2);
    expect(yield* call((n: number) => n + 1, 2)).toBe(3);
    expect(yield* call(() => Promise.resolve("promise"))).toBe("promise");
    expect(yield* call(() => Effect.succeed("Effect"))).toBe("Effect");
    expect(yield* call(() => spawn(() => "Wait").get())).toBe("Wait");
    expect(yield* call(() => generator())).toBe("generator");
  }),
);

test(
  "what the callee throws is thrown at the call, from each kind of callee",
  virtually(function* () {
    const error = new Error("thrown");
    const callees = [
      () => {
        throw error;
      },
      async () => {
        throw error;
      },
      function* () {
        throw error;
      },
      function* () {
        yield* sleep(1);
        throw error;
      },
      () => Effect.fail(error),
    ];
    for (const callee of callees) {
      expect(yield* thrownBy(call(callee as () => unknown))).toBe(error);
    }
    yield* sleep(1);
  }),
);

test(
  "the body goes on after a call that failed, and calls again",
  virtually(function* () {
    function* attempt(n: number) {
      yield* sleep(1);
      if (n < 2) throw new Error(`attempt ${n}`);
      return `attempt ${n}`;
    }
    const results: unknown[] = [];
    for (let n = 0; n < 4; n++) {
      try {
        results.push(yield* call(attempt, n));
      } catch (error) {
        results.push((error as Error).message);
      }
    }
    expect(results).toEqual(["attempt 0", "attempt 1", "attempt 2", "attempt 3"]);
  }),
);

test(
  "a call alone gives no turn to others",
  virtually(function* () {
    const trace: string[] = [];
    spawn(() => trace.push("other"));
    function* inner(): Recursive<string> {
      return yield* call(() => "value");
    }
    trace.push(yield* call(inner));
    yield* sleep();
    expect(trace).toEqual(["value", "other"]);
  }),
);

test("endless calls of generator functions that never wait starve nobody", async () => {
  let going = true;
  function* one() {
    return 1;
  }
  const spinner = spawn(function* () {
    let calls = 0;
    while (going) calls += yield* call(one);
    return calls > 0;
  });
  await new Promise((resolve) => setTimeout(resolve, 1));
  going = false;
  expect(await spinner).toBe(true);
});

test(
  "the callee runs in the caller's fiber, which a Timeout strikes at the callee's wait",
  virtually(function* () {
    const self = getCurrent();
    const trace: string[] = [];
    function* callee() {
      expect(getCurrent() === self).toBe(true);
      Timeout.start(5);
      try {
        yield* sleep(50);
      } finally {
        trace.push(`struck at ${getHub().now()}`);
      }
    }
    expect(yield* thrownBy(call(callee))).toBeInstanceOf(Timeout);
    expect(trace).toEqual(["struck at 5"]);
  }),
);

test(
  "a fiber killed deep in calls can be killed at any depth, and one that caught it goes on",
  virtually(function* () {
    function* deep(n: number): Recursive<string> {
      if (n > 0) return yield* call(deep, n - 1);
      yield* sleep("1 hour");
      return "never";
    }
    const killed = spawn(deep, 1000);
    const caught = spawn(function* () {
      try {
        return yield* call(deep, 10);
      } catch {
        return yield* call(() => "caught");
      }
    });
    yield* sleep();
    yield* kill(killed);
    yield* kill(caught);
    expect([killed.status, caught.value]).toEqual(["killed", "caught"]);
  }),
);

test("at the top level a call is awaited", async () => {
  function* add(a: number, b: number) {
    yield* sleep();
    return a + b;
  }
  const sum = call(add, 1, 2);
  expect([await sum, await sum]).toEqual([3, 3]);
});

test("what is no function, or an async generator function, is refused at the call", () => {
  expect(() => callAnything(5)).toThrow(TypeError);
  expect(() => callAnything(undefined)).toThrow(TypeError);
  expect(() => callAnything(async function* () {})).toThrow(TypeError);
  expect(() => callAnything(until(Promise.resolve()))).toThrow(TypeError);
});
