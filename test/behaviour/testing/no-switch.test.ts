import * as Effect from "effect/Effect";
import {
  call,
  getHub,
  joinAll,
  kill,
  sleep,
  spawn,
  until,
  withTimeout,
  type Yieldable,
} from "fibril";
import { Channel, select } from "fibril/channel";
import { greenlet } from "fibril/greenlet";
import { Lock } from "fibril/sync";
import { noSwitch } from "fibril/testing";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

const named = (name: string) => expect.objectContaining({ name });
const refused = named("AssertionError");

test(
  "a body that waits for nothing gives its value",
  virtually(function* () {
    expect(yield* noSwitch(() => 1)).toBe(1);
    expect(
      yield* noSwitch(function* () {
        return 2;
      }),
    ).toBe(2);
    const lock = new Lock();
    const channel = new Channel<number>(1);
    const received = noSwitch(function* () {
      yield* lock.acquire();
      yield* channel.send(3);
      return yield* channel.receive();
    });
    expect(yield* received).toBe(3);
    expect(lock.locked()).toBe(true);
  }),
);

test(
  "what would wait throws at its place, and has not happened",
  virtually(function* () {
    const channel = new Channel<number>();
    const order: string[] = [];
    spawn(() => order.push("another fiber"));
    const error = yield* thrownBy(
      noSwitch(function* () {
        order.push("before");
        try {
          yield* channel.receive();
        } catch (caught) {
          order.push("caught");
          throw caught;
        }
      }),
    );
    expect(error).toEqual(refused);
    expect((error as Error).message).toMatch(/"main" would wait for channel.receive/);
    expect(order).toEqual(["before", "caught"]);
    // Nobody stands in line for it.
    const receiver = spawn(() => channel.receive());
    yield* channel.send(1);
    expect(yield* receiver).toBe(1);
  }),
);

const waits: Readonly<Record<string, () => Yieldable>> = {
  "sleep(0)": () => sleep(0),
  "sleep(1ms)": () => sleep(1),
  "until(promise)": () => until(Promise.resolve(1)),
  "join(other)": () => spawn({ name: "other" }, () => sleep(1)).join(),
  "select(channel.receive, sleep(5ms))": () => select([new Channel().receive(), sleep(5)]),
  "another greenlet": () => greenlet(() => 1).switch(),
  "an Effect": () => Effect.sleep(5),
};

for (const [reason, wait] of Object.entries(waits)) {
  test(
    `${reason} is refused, and leaves no trace`,
    virtually(function* () {
      const timers = getHub().timers;
      const error = yield* thrownBy(noSwitch(wait()));
      expect(error).toEqual(refused);
      expect((error as Error).message).toContain(reason);
      yield* sleep(10);
      expect(getHub().timers).toBe(timers);
      expect(getHub().now()).toBe(10);
    }),
  );
}

test(
  "a body that swallows the refusal fails all the same",
  virtually(function* () {
    const reached: string[] = [];
    const error = yield* thrownBy(
      noSwitch(function* () {
        for (const wait of [sleep(1), sleep(2)]) {
          try {
            yield* wait;
          } catch (caught) {
            reached.push((caught as Error).name);
          }
        }
      }),
    );
    expect(reached).toEqual(["AssertionError", "AssertionError"]);
    expect((error as Error).message).toContain("sleep(1ms)");
  }),
);

test(
  "what the body throws by itself comes out as it is",
  virtually(function* () {
    const own = new Error("own");
    const thrower = () => {
      throw own;
    };
    expect(yield* thrownBy(noSwitch(thrower))).toBe(own);
    const failing = noSwitch(function* () {
      yield* Effect.fail(own);
    });
    expect(yield* thrownBy(failing)).toBe(own);
  }),
);

test(
  "Effects that end at once run, and their failures can be caught",
  virtually(function* () {
    const value = yield* noSwitch(function* () {
      const one = yield* Effect.succeed(1);
      try {
        yield* Effect.fail("no");
      } catch (error) {
        return [one, error, yield* Effect.sync(() => 3)];
      }
      return [];
    });
    expect(value).toEqual([1, "no", 3]);
  }),
);

test(
  "an Effect that waits is interrupted with its finalizers",
  virtually(function* () {
    const order: string[] = [];
    const finalizer = Effect.promise(async () => {
      await Promise.resolve();
      order.push("finalizer");
    });
    const error = yield* thrownBy(noSwitch(Effect.ensuring(Effect.never, finalizer)));
    expect(error).toEqual(refused);
    expect(order).toEqual(["finalizer"]);
    yield* sleep(1);
  }),
);

test(
  "calls are followed at any depth, and their waits refused",
  virtually(function* () {
    function* depth(n: number): Generator<Yieldable, number, unknown> {
      return n === 0 ? 0 : 1 + (yield* call(depth, n - 1));
    }
    expect(yield* noSwitch(() => call(depth, 20_000))).toBe(20_000);
    function* deep(n: number): Generator<Yieldable, void, unknown> {
      try {
        if (n === 0) yield* sleep(1);
        else yield* call(deep, n - 1);
      } finally {
        order.push(n);
      }
    }
    const order: number[] = [];
    expect(yield* thrownBy(noSwitch(() => call(deep, 2)))).toEqual(refused);
    expect(order).toEqual([0, 1, 2]);
  }),
);

test(
  "a yield that is a mistake is the same mistake inside",
  virtually(function* () {
    const odd = noSwitch(function* (): Generator<Yieldable, void, unknown> {
      yield 5 as never;
    });
    const starless = noSwitch(function* () {
      yield sleep(1);
    });
    expect(yield* thrownBy(odd)).toEqual(named("TypeError"));
    expect(yield* thrownBy(starless)).toEqual(named("TypeError"));
  }),
);

test(
  "others run only after it, also when it runs for longer than a turn",
  virtually(function* () {
    const lock = new Lock();
    const order: string[] = [];
    const other = spawn(() => order.push("other"));
    yield* noSwitch(function* () {
      const end = performance.now() + 10;
      while (performance.now() < end) {
        yield* lock.acquire();
        lock.release();
      }
      order.push("body");
    });
    yield* other;
    expect(order).toEqual(["body", "other"]);
  }),
);

test(
  "a timeout around it strikes after it",
  virtually(function* () {
    const order: string[] = [];
    const timed = withTimeout(5, function* () {
      yield* noSwitch(() => order.push("body"));
      yield* sleep(10);
      order.push("never");
    });
    expect(yield* thrownBy(timed)).toEqual(named("TimeoutError"));
    expect(order).toEqual(["body"]);
  }),
);

test(
  "a fiber that was refused can be killed and joined as before",
  virtually(function* () {
    const fiber = spawn(function* () {
      yield* thrownBy(noSwitch(sleep(1)));
      yield* sleep("1 hour");
    });
    yield* sleep(1);
    yield* kill(fiber);
    expect(fiber.status).toBe("killed");
    yield* joinAll([]);
  }),
);

test("it can be awaited at the top level", async () => {
  expect(await noSwitch(() => 1)).toBe(1);
  await expect(noSwitch(sleep(1)).then()).rejects.toThrow(/noSwitch/);
});

test("what is no body is refused at the call", () => {
  expect(() => noSwitch(5 as never)).toThrow(TypeError);
});
