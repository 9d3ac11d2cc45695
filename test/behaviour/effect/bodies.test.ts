import * as Cause from "effect/Cause";
import * as Config from "effect/Config";
import * as Context from "effect/Context";
import * as Data from "effect/Data";
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Fiber from "effect/Fiber";
import * as Option from "effect/Option";
import * as Result from "effect/Result";
import * as Semaphore from "effect/Semaphore";
import { GreenletExit, getCurrent, kill, sleep, spawn, Timeout, withTimeout } from "fibril";
import { virtualHub } from "fibril/testing";
import { expect, test } from "vitest";

test("forkChild in a body lives until the body ends, and is interrupted then", async () => {
  const trace: string[] = [];
  const tick = Effect.forever(
    Effect.andThen(
      Effect.sync(() => trace.push("tick")),
      Effect.sleep(10),
    ),
  );
  const virtual = virtualHub();
  await virtual.run(function* () {
    const fiber = spawn(function* () {
      yield* Effect.forkChild(
        Effect.onInterrupt(tick, () => Effect.sync(() => trace.push("stopped"))),
      );
      yield* sleep(25);
      trace.push("body ends");
    });
    yield* fiber;
    trace.push("joined");
    yield* sleep(100);
  });
  virtual[Symbol.dispose]();
  expect(trace).toEqual(["tick", "tick", "tick", "body ends", "stopped", "joined"]);
});

test("a caught Timeout leaves the children of the body alone", async () => {
  const virtual = virtualHub();
  const ticks = await virtual.run(function* () {
    let count = 0;
    yield* Effect.forkChild(
      Effect.forever(
        Effect.andThen(
          Effect.sync(() => count++),
          Effect.sleep(10),
        ),
      ),
    );
    yield* withTimeout(15, Effect.sleep("1 hour"), { value: undefined });
    const atTimeout = count;
    yield* Effect.sleep(50);
    return [atTimeout, count];
  });
  virtual[Symbol.dispose]();
  expect(ticks).toEqual([2, 7]);
});

test("a kill inside an Effect runs its finalizers before the body's own", async () => {
  const trace: string[] = [];
  const fiber = spawn(function* () {
    try {
      yield* Effect.onInterrupt(Effect.never, () =>
        Effect.andThen(
          Effect.sleep(1),
          Effect.sync(() => trace.push("finalizer")),
        ),
      );
    } catch (error) {
      trace.push((error as Error).name);
      throw error;
    } finally {
      yield* Effect.sleep(1);
      trace.push("finally");
    }
  });
  await sleep();
  await kill(fiber);
  expect(trace).toEqual(["finalizer", "GreenletExit", "finally"]);
  expect(fiber.status).toBe("killed");
});

test("a kill waits for an uninterruptible Effect and is thrown right after it", async () => {
  const trace: string[] = [];
  const fiber = spawn(function* () {
    yield* Effect.uninterruptible(
      Effect.andThen(
        Effect.sleep(2),
        Effect.sync(() => trace.push("saved")),
      ),
    );
    trace.push("not reached");
  });
  await sleep();
  await kill(fiber);
  expect(trace).toEqual(["saved"]);
});

test("a finalizer's own failure is thrown first, the kill at the next park", async () => {
  const trace: unknown[] = [];
  const fiber = spawn(function* () {
    try {
      yield* Effect.onInterrupt(Effect.never, () => Effect.die("finalizer broke"));
    } catch (error) {
      trace.push(error);
    }
    try {
      yield* sleep("1 hour");
    } catch (error) {
      trace.push((error as Error).name);
      throw error;
    }
  });
  await sleep();
  await kill(fiber);
  expect(trace).toEqual(["finalizer broke", "GreenletExit"]);
});

test("acquireRelease in Effect.scoped releases at the end, at a failure and at a kill", async () => {
  const trace: string[] = [];
  const resource = (name: string, use: Effect.Effect<unknown, string>) =>
    Effect.scoped(
      Effect.gen(function* () {
        yield* Effect.acquireRelease(
          Effect.sync(() => trace.push(`open ${name}`)),
          () => Effect.sync(() => trace.push(`close ${name}`)),
        );
        return yield* use;
      }),
    );
  await spawn(resource("a", Effect.void));
  await spawn(resource("b", Effect.fail("no"))).join();
  const stuck = spawn(resource("c", Effect.never));
  await sleep();
  await kill(stuck);
  expect(trace).toEqual(["open a", "close a", "open b", "close b", "open c", "close c"]);
});

test("every yieldable kind of Effect can be thrown into", async () => {
  class Oops extends Data.TaggedError("Oops")<Record<never, never>> {}
  class Service extends Context.Service<Service, number>()("Service") {}
  const never = Deferred.makeUnsafe<number>();
  const kinds: Record<string, Effect.Effect<unknown, unknown>> = {
    fail: Effect.fail("x"),
    die: Effect.die("x"),
    exit: Exit.fail("x"),
    taggedError: new Oops(),
    none: Effect.fromOption(Option.none()),
    result: Effect.fromResult(Result.fail("x")),
    config: Config.String("NO_SUCH_VARIABLE_AT_ALL"),
    service: Service as unknown as Effect.Effect<number>,
    suspended: Effect.andThen(Effect.sleep(1), Effect.fail("x")),
    gen: Effect.gen(function* () {
      return yield* Effect.fail("x");
    }),
    timeout: Effect.timeout(Deferred.await(never), 1),
    sandboxed: Effect.sandbox(Effect.fail("x")),
  };
  for (const [name, effect] of Object.entries(kinds)) {
    const trace: string[] = [];
    await spawn(function* () {
      try {
        yield* effect;
      } catch {
        trace.push("caught");
      } finally {
        trace.push("finally");
      }
    });
    expect([name, ...trace]).toEqual([name, "caught", "finally"]);
  }
});

test("yield of a plain Effect equals yield*", async () => {
  const value = await spawn(function* () {
    return (yield Effect.succeed(3)) as unknown as number;
  });
  expect(value).toBe(3);
});

test("Effect's own primitives work between fibers", async () => {
  const semaphore = Semaphore.makeUnsafe(1);
  const trace: string[] = [];
  function* worker(name: string) {
    yield* semaphore.withPermit(
      Effect.gen(function* () {
        trace.push(`${name} in`);
        yield* sleep(1);
        trace.push(`${name} out`);
      }),
    );
  }
  await Promise.all([spawn(worker, "a"), spawn(worker, "b")]);
  expect(trace).toEqual(["a in", "a out", "b in", "b out"]);
});

test("getCurrent inside Effect.sync is the fiber whose body yields it", async () => {
  const fiber = spawn({ name: "owner" }, function* () {
    return yield* Effect.sync(() => getCurrent()?.name);
  });
  expect(await fiber).toBe("owner");
});

test("an Effect program that a body runs by itself waits by its own means", async () => {
  const result = await spawn(function* () {
    let seen = "";
    const running = Effect.runPromise(
      Effect.gen(function* () {
        yield* sleep(1);
        seen = "slept in Effect";
      }),
    );
    yield* Effect.promise(() => running);
    return seen;
  });
  expect(result).toBe("slept in Effect");
});

test("Effect.timeout around a Wait unregisters it", async () => {
  const target = spawn(() => sleep("1 hour"));
  const result = await spawn(Effect.timeoutOption(target.get(), 1));
  expect(Option.isNone(result)).toBe(true);
  expect(target.dead).toBe(false);
  await kill(target);
});

test("a Timeout inside an Effect interrupts it and is thrown as itself", async () => {
  const trace: string[] = [];
  const error = await spawn(function* () {
    const timeout = Timeout.start(1);
    try {
      yield* Effect.onInterrupt(Effect.never, () => Effect.sync(() => trace.push("interrupted")));
    } catch (caught) {
      return caught === timeout;
    }
    return false;
  });
  expect(error).toBe(true);
  expect(trace).toEqual(["interrupted"]);
});

test("Fiber.join of a killed fiber fails by interruption and arrives as GreenletExit", async () => {
  const target = spawn(() => sleep("1 hour"));
  const outcome = spawn(function* () {
    try {
      yield* Fiber.join(target);
    } catch (error) {
      return error;
    }
    return undefined;
  });
  await sleep();
  await kill(target);
  expect(await outcome).toBeInstanceOf(GreenletExit);
});

test("a Cause of several failures is thrown by its first and kept whole", async () => {
  const both = Effect.all([Effect.fail("a"), Effect.fail("b")], { concurrency: 2 });
  const fiber = spawn(function* () {
    yield* both;
  });
  await fiber.join();
  const { exit } = fiber;
  expect(exit !== undefined && Exit.isFailure(exit) && Cause.squash(exit.cause)).toBe("a");
});
