import { AsyncLocalStorage } from "node:async_hooks";
import * as Effect from "effect/Effect";
import {
  call,
  forEach,
  fork,
  gen,
  joinAll,
  sleep,
  spawn,
  spawnLater,
  until,
  withTimeout,
  wrap,
} from "fibril";
import { describe, expect, test } from "vitest";

const als = new AsyncLocalStorage<string>();
const other = new AsyncLocalStorage<string>();

const tick = () => new Promise((resolve) => setTimeout(resolve, 1));

/** The store, seen after everything that a fiber can wait for. */
function* everywhere() {
  const seen = [als.getStore()];
  const see = () => seen.push(als.getStore());
  yield* sleep(0);
  see();
  yield* sleep(1);
  see();
  yield* until(tick());
  see();
  yield* Effect.sleep(1);
  see();
  yield* Effect.yieldNow;
  see();
  yield* call(callee, see);
  see();
  yield* withTimeout(50, () => sleep(1));
  see();
  yield* spawn(() => sleep(1));
  see();
  try {
    yield* until(tick().then(() => Promise.reject(new Error("no"))));
  } catch {
    see();
  } finally {
    yield* sleep(0);
    see();
  }
  return [...new Set(seen)];
}

function* callee(see: () => void) {
  see();
  yield* sleep(1);
  see();
}

describe("a fiber has the store of the one who spawned it", () => {
  test("after whatever it waits for", async () => {
    const fiber = als.run("mine", () => spawn(everywhere));
    expect(await fiber).toEqual(["mine"]);
  });

  test("in each of its kinds of body", async () => {
    const store = () => als.getStore();
    const fibers = als.run("mine", () => [
      spawn(store),
      spawn(function* () {
        yield* sleep(1);
        return store();
      }),
      spawn(async () => {
        await sleep(1);
        await tick();
        return store();
      }),
      spawn(Effect.sync(store).pipe(Effect.delay(1))),
      spawnLater(1, store),
    ]);
    expect(await joinAll(fibers)).toEqual(["mine", "mine", "mine", "mine", "mine"]);
  });

  test("or none, where there is none", async () => {
    expect(await spawn(everywhere)).toEqual([undefined]);
  });

  test("though the main program went on with another", async () => {
    const fiber = als.run("outer", () => {
      const spawned = spawn(everywhere);
      als.run("inner", () => spawn(everywhere));
      return spawned;
    });
    expect(await als.run("awaiting", () => fiber.then((seen) => seen))).toEqual(["outer"]);
  });

  test("as fibers of fibers do", async () => {
    const fiber = als.run("mine", () =>
      spawn(function* () {
        yield* sleep(1);
        return yield* spawn(function* () {
          yield* sleep(1);
          return yield* spawn(everywhere);
        });
      }),
    );
    expect(await fiber).toEqual(["mine"]);
  });

  test("and those of several storages", async () => {
    const fiber = als.run("a", () =>
      other.run("b", () =>
        spawn(function* () {
          yield* sleep(1);
          return [als.getStore(), other.getStore()];
        }),
      ),
    );
    expect(await fiber).toEqual(["a", "b"]);
  });
});

describe("a store set inside a body", () => {
  test("holds for what is spawned there, and ends with its block", async () => {
    const seen = await spawn(function* () {
      const inner = als.run("inner", () => spawn(everywhere));
      const after = als.getStore();
      yield* sleep(0);
      return [yield* inner, after, als.getStore()];
    });
    expect(seen).toEqual([["inner"], undefined, undefined]);
  });

  test("covers the synchronous code of a nested run", async () => {
    const seen = await als.run("outer", () =>
      spawn(function* () {
        yield* sleep(0);
        const nested = als.run("nested", () => als.getStore());
        yield* sleep(0);
        return [nested, als.getStore()];
      }),
    );
    expect(seen).toEqual(["nested", "outer"]);
  });
});

describe("nothing leaks", () => {
  test("from one fiber to another", async () => {
    const stores = Array.from({ length: 50 }, (_, index) => `store ${index}`);
    const fibers = stores.map((store) => als.run(store, () => spawn(everywhere)));
    const plain = spawn(everywhere);
    expect(await joinAll(fibers)).toEqual(stores.map((store) => [store]));
    expect(await plain).toEqual([undefined]);
  });

  test("from a fiber to one that it wakes", async () => {
    let wake: () => void = () => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const waiter = spawn(function* () {
      yield* until(woken);
      return als.getStore();
    });
    als.run("waker", () => spawn(() => wake()));
    expect(await waiter).toBeUndefined();
  });

  test("to the main program", async () => {
    const fiber = als.run("fiber", () => spawn(everywhere));
    expect(als.getStore()).toBeUndefined();
    await fiber;
    expect(als.getStore()).toBeUndefined();
    await sleep(1);
    expect(als.getStore()).toBeUndefined();
  });

  test("to a link, whoever set it", async () => {
    const seen = await new Promise((resolve) => {
      const fiber = als.run("fiber", () => spawn(() => sleep(1)));
      als.run("linker", () => fiber.link(() => resolve(als.getStore())));
    });
    expect(seen).toBeUndefined();
  });
});

describe("a main program that awaits", () => {
  test("keeps its store", async () => {
    const seen = await als.run("main", async () => {
      const stores: unknown[] = [];
      await sleep(1);
      stores.push(als.getStore());
      await spawn(() => sleep(1));
      stores.push(als.getStore());
      await joinAll([spawn(() => sleep(1))]);
      stores.push(als.getStore());
      return stores;
    });
    expect(seen).toEqual(["main", "main", "main"]);
  });

  test("lends it to the functions that its Waits call", async () => {
    const seen: unknown[] = [];
    await als.run("main", async () => {
      await until(() => Promise.resolve(seen.push(als.getStore())));
      await withTimeout(50, function* () {
        yield* sleep(1);
        seen.push(als.getStore());
      });
      await forEach([1], () => seen.push(als.getStore()));
    });
    expect(seen).toEqual(["main", "main", "main"]);
  });
});

describe("a function made by wrap", () => {
  test("has the store of its caller", async () => {
    const wrapped = wrap(everywhere);
    const seen = await Promise.all([
      als.run("first", () => wrapped()),
      als.run("second", () => wrapped()),
    ]);
    expect(seen).toEqual([["first"], ["second"]]);
  });
});

describe("an Effect program", () => {
  test("gives its store to gen and fork", async () => {
    const program = Effect.gen(function* () {
      const own = yield* gen(everywhere);
      const fiber = yield* fork(everywhere);
      return [own, yield* fiber.get()];
    });
    expect(await als.run("program", () => Effect.runPromise(program))).toEqual([
      ["program"],
      ["program"],
    ]);
  });
});
