import { type Fiber, getHub, LoopExit, sleep, spawn, Timeout } from "fibril";
import { expect, test } from "vitest";
import { after, failAfter, thrownBy, virtually } from "../../harness/virtual.ts";

type Anything = (...args: unknown[]) => unknown;

test(
  "get gives the value as often as it is asked, before the end and after",
  virtually(function* () {
    const value = {};
    const fiber = spawn(after, 5, value);
    const early = spawn(() => fiber.get());
    expect(yield* fiber.get()).toBe(value);
    expect(yield* fiber.get()).toBe(value);
    expect(yield* fiber).toBe(value);
    expect(yield* early).toBe(value);
  }),
);

test(
  "get of an ended fiber gives no turn to others",
  virtually(function* () {
    const fiber = spawn(() => 1);
    yield* fiber.join();
    const trace: string[] = [];
    spawn(() => trace.push("other"));
    yield* fiber.get();
    yield* fiber.join();
    yield* fiber;
    expect(trace).toEqual([]);
  }),
);

test(
  "get throws the same error object every time, to everybody",
  virtually(function* () {
    const error = new Error("same");
    const fiber = spawn(failAfter, 1, error);
    const others = [spawn(() => fiber.get()), spawn(() => fiber.get())];
    expect(yield* thrownBy(fiber.get())).toBe(error);
    expect(yield* thrownBy(fiber.get())).toBe(error);
    for (const other of others) expect(yield* thrownBy(other.get())).toBe(error);
    expect(fiber.exception).toBe(error);
  }),
);

test.each([["a string"], [0], [null], [undefined], [Symbol.for("odd")], [{ code: 1 }]])(
  "a thrown %s comes out of get as it is",
  (thrown) =>
    virtually(function* () {
      expect(yield* thrownBy(spawn(failAfter, 1, thrown).get())).toBe(thrown);
      expect(
        yield* thrownBy(
          spawn(async () => {
            throw thrown;
          }).get(),
        ),
      ).toBe(thrown);
    })(),
);

test(
  "past its timeout get throws a Timeout and join gives false; the fiber runs on",
  virtually(function* () {
    const fiber = spawn(after, 20, "value");
    const error = yield* thrownBy(fiber.get({ timeout: 5 }));
    expect(error).toBeInstanceOf(Timeout);
    expect((error as Timeout).isMine).toBe(true);
    expect(yield* fiber.join({ timeout: "5 millis" })).toBe(false);
    expect([getHub().now(), fiber.status]).toEqual([10, "suspended"]);
    expect(yield* fiber.get({ timeout: 15 })).toBe("value");
    expect(yield* fiber.join({ timeout: 1 })).toBe(true);
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "a timeout of 0 only looks",
  virtually(function* () {
    const fiber = spawn(after, 20, "value");
    expect(yield* fiber.join({ timeout: 0 })).toBe(false);
    expect(yield* thrownBy(fiber.get({ timeout: 0 }))).toBeInstanceOf(Timeout);
    yield* sleep(20);
    expect(yield* fiber.get({ timeout: 0 })).toBe("value");
    expect(yield* fiber.join({ timeout: 0 })).toBe(true);
  }),
);

test(
  "join never throws the failure of its target, also not within a timeout",
  virtually(function* () {
    const fiber = spawn(failAfter, 1, new Error("unseen"));
    expect(yield* fiber.join()).toBe(true);
    expect(yield* fiber.join({ timeout: 5 })).toBe(true);
    expect(fiber.status).toBe("failure");
  }),
);

test(
  "join passes a Timeout on that is not its own",
  virtually(function* () {
    const fiber = spawn(after, 20, "value");
    const timeout = Timeout.start(5);
    expect(yield* thrownBy(fiber.join({ timeout: 10 }))).toBe(timeout);
    const failed = spawn(failAfter, 0, new Timeout(3));
    expect(yield* failed.join({ timeout: 10 })).toBe(true);
    expect(failed.status).toBe("failure");
  }),
);

test(
  "an abort throws the signal's reason at get and join, one that was there before at once",
  virtually(function* () {
    const fiber = spawn(after, 20, "value");
    for (const wait of ["get", "join"] as const) {
      const controller = new AbortController();
      getHub().runCallback(() => controller.abort(wait));
      expect(yield* thrownBy(fiber[wait]({ signal: controller.signal }))).toBe(wait);
      expect(yield* thrownBy(fiber[wait]({ signal: controller.signal }))).toBe(wait);
    }
    expect(yield* fiber.get({ signal: new AbortController().signal })).toBe("value");
  }),
);

test(
  "a late abort does not strike what comes after the wait",
  virtually(function* () {
    const controller = new AbortController();
    const fiber = spawn(after, 1, "value");
    expect(yield* fiber.get({ signal: controller.signal })).toBe("value");
    controller.abort("late");
    yield* sleep(5);
  }),
);

test("a bare number where options belong is a TypeError that says what to write", () => {
  const fiber = spawn(() => 1);
  for (const wait of ["get", "join"] as const) {
    const call = (options: unknown) => () => (fiber[wait] as Anything).call(fiber, options);
    expect(call(5)).toThrow(/\{ timeout: 5 \}/);
    expect(call("1 second")).toThrow(TypeError);
    expect(call(null)).toThrow(TypeError);
    expect(call({ timeout: Number.NaN })).toThrow(RangeError);
    expect(call({ timeout: {} })).toThrow(TypeError);
  }
});

test(
  "a fiber that joins itself is told so, whatever the way",
  virtually(function* () {
    for (const way of ["get", "join"] as const) {
      const self: Fiber = spawn(function* () {
        yield* self[way]();
      });
      expect(String(yield* thrownBy(self.get()))).toMatch(/cannot join itself/);
    }
    const asynchronous: Fiber = spawn(async () => {
      await sleep();
      await asynchronous.join();
    });
    expect(yield* thrownBy(asynchronous.get())).toBeInstanceOf(TypeError);
  }),
);

test(
  "fibers that join each other in a ring get a LoopExit that names them, and not a hang",
  virtually(function* () {
    const ring: Fiber[] = [];
    function* body(next: number) {
      yield* sleep();
      yield* (ring[next] as Fiber).get();
    }
    ring.push(spawn({ name: "a" }, body, 1), spawn({ name: "b" }, body, 2));
    ring.push(spawn({ name: "c" }, body, 0));
    const error = yield* thrownBy((ring[0] as Fiber).get());
    expect(error).toBeInstanceOf(LoopExit);
    for (const name of ["a", "b", "c"]) expect(String(error)).toContain(`"${name}"`);
  }),
);

test(
  "a ring that a timeout can open is no deadlock",
  virtually(function* () {
    const fibers: Fiber[] = [];
    fibers.push(
      spawn(function* () {
        return yield* (fibers[1] as Fiber).join({ timeout: 10 });
      }),
      spawn(() => (fibers[0] as Fiber).get()),
    );
    expect(yield* (fibers[1] as Fiber).get()).toBe(false);
  }),
);

test("a fiber is awaited like a promise, from async code and from promise functions", async () => {
  const error = new Error("rejected");
  const good = spawn(after, 1, "value");
  const bad = spawn(failAfter, 1, error);
  expect(await good).toBe("value");
  expect(await Promise.all([good, good.get(), good.join()])).toEqual(["value", "value", true]);
  await expect(Promise.resolve(bad)).rejects.toBe(error);
  expect(await bad.then(undefined, (caught) => caught === error)).toBe(true);
  expect(await good.then((value) => [value])).toEqual(["value"]);
});
