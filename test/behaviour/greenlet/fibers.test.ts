import * as Effect from "effect/Effect";
import {
  Fiber,
  GreenletExit,
  getCurrent as getFiber,
  getHub,
  joinAll,
  sleep,
  spawn,
  uninterruptible,
  until,
  withTimeout,
  type Yieldable,
} from "fibril";
import { type Greenlet, getCurrent, greenlet, InvalidSwitch } from "fibril/greenlet";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

type Body = Generator<Yieldable<unknown>, unknown, unknown>;
type Steps = Generator<Yieldable<unknown>, void, unknown>;

test("at the top level a switch is awaited, and the main greenlet is the parent", async () => {
  const main = getCurrent();
  const g = greenlet(function* (x: number) {
    expect(getCurrent()).toBe(g);
    for (let n = x; ; n = (yield* main.switch(n * 2)) as number);
  });
  expect(g.parent).toBe(main);
  expect(await g.switch(1)).toBe(2);
  expect(await g.switch(5)).toBe(10);
  expect(getCurrent()).toBe(main);
  expect([main.dead, main.started, main.parent]).toEqual([false, true, null]);
  await expect(g.throw(new Error("up")).then()).rejects.toThrow("up");
  expect(g.dead).toBe(true);
});

test("two switches awaited at once don't disturb each other", async () => {
  const trace: string[] = [];
  const body = (name: string) =>
    function* (): Body {
      trace.push(`${name} 1`);
      yield* sleep(1);
      trace.push(`${name} 2`);
      return name;
    };
  const [a, b] = [greenlet(body("a")), greenlet(body("b"))];
  expect(await Promise.all([a.switch(), b.switch()])).toEqual(["a", "b"]);
  expect(trace).toEqual(["a 1", "b 1", "a 2", "b 2"]);
});

test("a switch works in an Effect program and in an async body", async () => {
  const main = getCurrent();
  const g = greenlet(function* (): Body {
    for (let n = 1; ; n++) yield* main.switch(n);
  });
  const program = Effect.gen(function* () {
    return [yield* g.switch(), yield* g.switch()];
  });
  expect(await Effect.runPromise(program)).toEqual([1, 2]);
  const fiber = spawn(async () => {
    const own = getCurrent();
    const child = greenlet(function* (): Body {
      yield* own.switch("to the async body");
      return "end";
    });
    expect(child.parent).toBe(own);
    expect(own).not.toBe(main);
    return [await child.switch(), await child.switch()];
  });
  expect(await fiber).toEqual(["to the async body", "end"]);
});

test(
  "a fiber has a greenlet of its own, the parent of those made there, and dies with it",
  virtually(function* () {
    const own = getCurrent();
    let inside: Greenlet | undefined;
    const fiber = spawn(function* () {
      inside = getCurrent();
      expect(getCurrent()).toBe(inside);
      expect(greenlet(() => 1).parent).toBe(inside);
      expect([inside.parent, inside.started, inside.dead]).toEqual([null, true, false]);
      yield* sleep();
    });
    yield* fiber;
    expect(inside).not.toBe(own);
    expect([inside?.started, inside?.dead]).toEqual([false, true]);
  }),
);

test(
  "a greenlet that sleeps parks its fiber and all greenlets of it, the others run on",
  virtually(function* () {
    const trace: string[] = [];
    function* worker(name: string): Steps {
      const own = getCurrent();
      const g = greenlet(function* (): Steps {
        trace.push(`${name} sleeps`);
        yield* sleep(10);
        trace.push(`${name} at ${getHub().now()}`);
        yield* own.switch();
      });
      yield* g.switch();
      trace.push(`${name} back`);
    }
    yield* joinAll([spawn(worker, "a"), spawn(worker, "b")]);
    expect(trace).toEqual(["a sleeps", "b sleeps", "a at 10", "a back", "b at 10", "b back"]);
  }),
);

test(
  "a greenlet yields Effects, promises and fibers like any body",
  virtually(function* () {
    const g = greenlet(function* (): Body {
      const effect = yield* Effect.succeed(1);
      const later = yield* Effect.as(Effect.yieldNow, 2);
      const promised = yield* until(Promise.resolve(3));
      const joined = yield* spawn(() => 4);
      return [effect, later, promised, joined, getFiber() === fiber];
    });
    const fiber = getFiber();
    expect(yield* g.switch()).toEqual([1, 2, 3, 4, true]);
  }),
);

test(
  "a switch goes past the queue: no other fiber runs in between",
  virtually(function* () {
    const main = getCurrent();
    const trace: string[] = [];
    spawn(() => trace.push("other fiber"));
    const g = greenlet(function* (): Body {
      for (;;) {
        trace.push("greenlet");
        yield* main.switch();
      }
    });
    for (let i = 0; i < 3; i++) yield* g.switch();
    trace.push("sleep");
    yield* sleep();
    expect(trace).toEqual(["greenlet", "greenlet", "greenlet", "sleep", "other fiber"]);
  }),
);

test(
  "a kill unwinds the greenlet that runs, its parents and the fiber's own body",
  virtually(function* () {
    const trace: string[] = [];
    function* cleaning(name: string, wait: () => Yieldable<unknown>): Steps {
      try {
        yield* wait();
      } catch (error) {
        trace.push(`${name}: ${(error as Error).name}`);
        throw error;
      } finally {
        yield* sleep(1);
        trace.push(`${name} clean`);
      }
    }
    const fiber = spawn(function* (): Steps {
      const outer = greenlet(() => cleaning("outer", () => inner.switch()));
      const inner: Greenlet = greenlet(() => cleaning("inner", () => sleep("1 hour")), outer);
      yield* cleaning("body", () => outer.switch());
    });
    yield* sleep();
    yield* fiber.kill();
    expect(trace).toEqual([
      "inner: GreenletExit",
      "inner clean",
      "outer: GreenletExit",
      "outer clean",
      "body: GreenletExit",
      "body clean",
    ]);
    expect(fiber.status).toBe("killed");
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "a killed fiber ends, and so does one whose body ends, while others of its greenlets are suspended",
  virtually(function* () {
    let suspended: Greenlet | undefined;
    function* body(last: Yieldable<unknown>): Body {
      const own = getCurrent();
      suspended = greenlet(function* (): Body {
        yield* own.switch("suspended");
        return `taken over by ${String((yield* own.switch("own")) ?? "nobody")}`;
      });
      yield* suspended.switch();
      yield* last;
      return "ended";
    }
    const killed = spawn(body, sleep("1 hour"));
    yield* sleep();
    yield* killed.kill();
    expect([killed.status, suspended?.dead]).toEqual(["killed", false]);
    expect(yield* spawn(body, sleep(1))).toBe("ended");
    // Its parent, the own greenlet of a dead fiber, can't be gone back to.
    expect(yield* thrownBy((suspended as Greenlet).switch())).toBeInstanceOf(InvalidSwitch);
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "a suspended greenlet may go on in another fiber, and ends in that one's own body",
  virtually(function* () {
    const main = getCurrent();
    const g = greenlet(function* (): Body {
      const name = yield* main.switch("suspended");
      yield* sleep(1);
      return [name, getFiber()?.name];
    });
    yield* g.switch();
    const other = spawn({ name: "other" }, () => g.switch("taken over"));
    expect(yield* other).toEqual(["taken over", "other"]);
    expect(g.dead).toBe(true);
  }),
);

test(
  "a switch to a greenlet that another fiber drives, or to its own one, names both",
  virtually(function* () {
    const main = getCurrent();
    const busy = greenlet(function* sleeper(): Steps {
      yield* sleep(10);
    });
    const holder = spawn({ name: "holder" }, () => busy.switch());
    const other = spawn({ name: "other" }, function* (): Body {
      yield* sleep();
      const errors = [yield* thrownBy(busy.switch()), yield* thrownBy(main.switch())];
      return errors.map((error) => [error instanceof InvalidSwitch, (error as Error).message]);
    });
    expect(yield* other).toEqual([
      [
        true,
        'Cannot switch from fiber "other" to greenlet "sleeper", which waits in sleep(10ms) in fiber "holder": a greenlet runs in one fiber at a time',
      ],
      [
        true,
        'Cannot switch from fiber "other" to the own greenlet of fiber "main", which runs in a fiber of its own: pass values between fibers by a channel or a queue',
      ],
    ]);
    yield* holder;
  }),
);

test(
  "a timeout strikes the greenlet that runs, and ends its withTimeout in the fiber's own body",
  virtually(function* () {
    const trace: string[] = [];
    const g = greenlet(function* (): Steps {
      try {
        yield* sleep("1 hour");
      } finally {
        trace.push("finally");
      }
    });
    expect(yield* withTimeout(5, g.switch(), { value: "late" })).toBe("late");
    expect([trace, g.dead, getHub().now()]).toEqual([["finally"], true, 5]);
  }),
);

test(
  "greenlets that only switch can be killed, and let others run",
  virtually(function* () {
    const trace: string[] = [];
    const fiber = spawn(function* (): Body {
      const own = getCurrent();
      const g = greenlet(function* (): Body {
        for (;;) yield* own.switch();
      });
      try {
        for (;;) yield* g.switch();
      } finally {
        trace.push("finally");
      }
    });
    spawn(function* () {
      trace.push("other fiber");
      yield* fiber.kill();
    });
    yield* fiber.join();
    expect([trace, fiber.status]).toEqual([["other fiber", "finally"], "killed"]);
  }),
);

test(
  "a kill waits while the greenlets of an uninterruptible region switch",
  virtually(function* () {
    const trace: string[] = [];
    const fiber = spawn(function* (): Steps {
      const g = greenlet(function* (): Body {
        yield* sleep(5);
        trace.push("slept");
        return "value";
      });
      trace.push(
        yield* uninterruptible(function* () {
          return yield* g.switch();
        }),
      );
      yield* sleep(5);
      trace.push("never");
    });
    yield* sleep();
    yield* fiber.kill();
    expect([trace, fiber.status]).toEqual([["slept"], "killed"]);
  }),
);

test(
  "a greenlet that swallows every kill is ended by force, with its parents",
  virtually(function* () {
    const trace: string[] = [];
    const error = console.error;
    console.error = () => {};
    const fiber = spawn(function* (): Steps {
      const g = greenlet(function* (): Steps {
        try {
          while (getHub().now() === 0) {
            try {
              yield* sleep("1 hour");
            } catch {
              // Swallowed.
            }
          }
        } finally {
          trace.push("greenlet");
        }
      });
      try {
        yield* g.switch();
      } finally {
        trace.push("body");
      }
    });
    yield* sleep();
    yield* fiber.kill(undefined, { grace: 0 });
    console.error = error;
    expect([trace, fiber.status]).toEqual([["greenlet", "body"], "killed"]);
  }),
);

test(
  "an error that no greenlet catches is the failure of the fiber, a GreenletExit is a value",
  virtually(function* () {
    const failing = spawn(function* (): Body {
      const error = new Error("deep");
      const outer = greenlet(() =>
        greenlet(function* () {
          throw error;
        }).switch(),
      );
      return yield* outer.switch();
    });
    expect(yield* thrownBy(failing.get())).toMatchObject({ message: "deep" });
    const exiting = spawn(() => greenlet(() => Promise.reject(new GreenletExit())).switch());
    expect(yield* exiting).toBeInstanceOf(GreenletExit);
    expect(exiting).toBeInstanceOf(Fiber);
  }),
);

test("suspended greenlets of ended fibers are collected", async () => {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) return;
  const refs: WeakRef<Greenlet>[] = [];
  const body = function* (): Steps {
    const own = getCurrent();
    const g = greenlet(function* (): Steps {
      yield* own.switch();
    });
    refs.push(new WeakRef(g));
    yield* g.switch();
  };
  for (let i = 0; i < 50; i++) await spawn(body);
  await new Promise((resolve) => setTimeout(resolve, 5));
  gc();
  expect(refs.filter((ref) => ref.deref() !== undefined).length).toBeLessThan(5);
});
