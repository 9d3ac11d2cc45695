import * as Cause from "effect/Cause";
import * as Context from "effect/Context";
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Fiber from "effect/Fiber";
import { fork, GreenletExit, gen, kill, schedulerLayer, sleep, spawn } from "fibril";
import { expect, test } from "vitest";

class Missing extends Data.TaggedError("Missing")<{ readonly url: string }> {}
class Store extends Context.Service<Store, { readonly name: string }>()("Store") {}

test("an Effect program joins, awaits and interrupts a fiber", async () => {
  const trace: string[] = [];
  function* worker() {
    try {
      yield* sleep("1 minute");
    } finally {
      trace.push("cleanup");
      yield* sleep(1);
      trace.push("cleaned");
    }
  }
  const five = spawn(() => 5);
  const program = Effect.gen(function* () {
    trace.push(`joined ${yield* Fiber.join(five)}`);
    const fiber = spawn(worker);
    yield* Effect.yieldNow;
    yield* Fiber.interrupt(fiber);
    trace.push(fiber.status);
    return yield* Fiber.await(fiber);
  });
  const exit = await Effect.runPromise(program);
  expect(trace).toEqual(["joined 5", "cleanup", "cleaned", "killed"]);
  expect(Exit.hasInterrupts(exit)).toBe(true);
});

test("a typed failure stays typed on its way from an Effect through a body into a program", async () => {
  function* worker() {
    yield* sleep(1);
    yield* new Missing({ url: "/x" });
  }
  const recovered = gen(worker).pipe(
    Effect.catchTag("Missing", (error) => Effect.succeed(error.url)),
  );
  expect(await Effect.runPromise(recovered)).toBe("/x");
});

test("a body that lets an Effect's failure pass keeps its Cause, strings included", async () => {
  const fiber = spawn(function* () {
    yield* Effect.fail("no");
  });
  await fiber.join();
  expect(fiber.exit).toEqual(Exit.fail("no"));
});

test("a body that throws a new error ends with a defect", async () => {
  const error = new Error("bug");
  const fiber = spawn(function* () {
    yield* sleep();
    throw error;
  });
  await fiber.join();
  expect(fiber.exit).toEqual(Exit.die(error));
});

test("a failed Effect is thrown as the value itself at the yield*", async () => {
  const failure = new Missing({ url: "/" });
  const caught = await spawn(function* () {
    try {
      yield* failure;
    } catch (error) {
      return error;
    }
    return undefined;
  });
  expect(caught).toBe(failure);
});

test("an Effect that is interrupted elsewhere arrives as GreenletExit, which is no kill of this fiber", async () => {
  const fiber = spawn(function* () {
    yield* Effect.interrupt;
  });
  await fiber.join();
  expect(fiber.status).toBe("failure");
  expect(fiber.exception).toBeInstanceOf(GreenletExit);
});

test("gen runs catch and finally at a failed yield*, where Effect.gen drops the generator", async () => {
  const trace: string[] = [];
  const body = function* () {
    try {
      yield* Effect.fail("no");
    } catch (error) {
      trace.push(`caught ${error}`);
    } finally {
      yield* sleep(1);
      trace.push("finally");
    }
    return "value";
  };
  expect(await Effect.runPromise(gen(body))).toBe("value");
  expect(trace).toEqual(["caught no", "finally"]);
});

test("an interruption of gen kills its fiber and waits for the cleanup", async () => {
  const trace: string[] = [];
  const body = function* () {
    try {
      yield* sleep("1 minute");
    } finally {
      yield* sleep(2);
      trace.push("cleaned");
    }
  };
  const program = Effect.gen(function* () {
    const child = yield* Effect.forkChild(gen(body));
    yield* Effect.sleep(1);
    yield* Fiber.interrupt(child);
    trace.push("interrupted");
  });
  await Effect.runPromise(program);
  expect(trace).toEqual(["cleaned", "interrupted"]);
});

test("an interruption of a Wait takes it off at once", async () => {
  const target = spawn(() => sleep("1 minute"));
  const program = Effect.gen(function* () {
    const waiting = yield* Effect.forkChild(target.get());
    yield* Effect.yieldNow;
    yield* Fiber.interrupt(waiting);
    return target.dead;
  });
  expect(await Effect.runPromise(program)).toBe(false);
  await kill(target);
});

test("gen and fork give the services in scope to the body", async () => {
  function* body() {
    return (yield* Store).name;
  }
  const program = Effect.gen(function* () {
    const fiber = yield* fork(body);
    return [yield* gen(body), yield* fiber.get()];
  });
  const provided = Effect.provideService(program, Store, { name: "disk" });
  expect(await Effect.runPromise(provided)).toEqual(["disk", "disk"]);
});

test("a fiber spawned in a body inherits the services of that body", async () => {
  function* child() {
    return yield* Effect.serviceOption(Store);
  }
  const program = Effect.provideService(
    gen(function* () {
      const option = yield* spawn(child).get();
      return option._tag;
    }),
    Store,
    { name: "disk" },
  );
  expect(await Effect.runPromise(program)).toBe("Some");
});

test("a fiber spawned by an Effect inherits its services and its span", async () => {
  function* child() {
    const span = yield* Effect.orDie(Effect.currentSpan);
    return span.name;
  }
  const program = Effect.withSpan(
    Effect.suspend(() => spawn(child).get()),
    "request",
  );
  expect(await Effect.runPromise(program)).toBe("request");
});

test("a program under schedulerLayer takes turns with fibers", async () => {
  const trace: string[] = [];
  const program = Effect.gen(function* () {
    spawn(function* () {
      for (const i of [1, 2, 3]) {
        trace.push(`fiber ${i}`);
        yield* sleep();
      }
    });
    for (const i of [1, 2, 3]) {
      trace.push(`effect ${i}`);
      yield* Effect.yieldNow;
    }
  });
  await Effect.runPromise(Effect.provide(program, schedulerLayer));
  expect(trace).toEqual(["effect 1", "fiber 1", "effect 2", "fiber 2", "effect 3", "fiber 3"]);
});

test("a Wait is a description in Effect, too: run twice it happens twice", async () => {
  let runs = 0;
  const wait = gen(function* () {
    runs++;
    yield* sleep();
  });
  await Effect.runPromise(Effect.andThen(wait, wait));
  expect(runs).toBe(2);
});

test("a fiber's failure seen by Fiber.await counts as observed and is a typed Exit", async () => {
  const fiber = spawn(function* () {
    yield* Effect.fail("typed");
  });
  const exit = await Effect.runPromise(Fiber.await(fiber));
  expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toBe("typed");
});

test("Fiber.joinAll takes fibers of both kinds", async () => {
  const program = Effect.gen(function* () {
    const stock = yield* Effect.forkChild(Effect.succeed(1));
    return yield* Fiber.joinAll([stock, spawn(() => 2)]);
  });
  expect(await Effect.runPromise(program)).toEqual([1, 2]);
});

test("a fiber run in a scope is killed when that closes", async () => {
  const trace: string[] = [];
  const program = Effect.scoped(
    Effect.gen(function* () {
      const scope = yield* Effect.scope;
      const fiber = spawn(function* () {
        try {
          yield* sleep("1 minute");
        } finally {
          trace.push("closed");
        }
      });
      yield* Effect.yieldNow;
      yield* Effect.sync(() => Fiber.runIn(fiber, scope));
    }),
  );
  await Effect.runPromise(program);
  expect(trace).toEqual(["closed"]);
});
