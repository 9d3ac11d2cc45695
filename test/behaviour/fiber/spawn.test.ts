import * as Effect from "effect/Effect";
import {
  type Fiber,
  GreenletExit,
  getCurrent,
  getHub,
  sleep,
  spawn,
  until,
  type Yieldable,
} from "fibril";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

/** As a JavaScript program calls it, which no types keep from mistakes. */
const spawnAnything = spawn as unknown as (...args: unknown[]) => Fiber;

const liveNames = () => getHub().fibers.map((fiber) => fiber.name);

test(
  "a body is a generator function, a generator, an async function, a plain function or an Effect",
  virtually(function* () {
    function* generator(n: number) {
      yield* sleep(1);
      return n + 1;
    }
    const fibers = [
      spawn(generator, 1),
      spawn(generator(2)),
      spawn(async (n: number) => {
        await sleep(1);
        return n + 1;
      }, 3),
      spawn((n: number) => n + 1, 4),
      spawn(Effect.as(Effect.yieldNow, 6)),
    ];
    const values: unknown[] = [];
    for (const fiber of fibers) values.push(yield* fiber.get());
    expect(values).toEqual([2, 3, 4, 5, 6]);
  }),
);

test(
  "what a plain function returns is run: an Effect, a Wait, a generator, a promise",
  virtually(function* () {
    function* generator() {
      yield* sleep(1);
      return "generator";
    }
    const made = [
      spawn(() => Effect.succeed("Effect")),
      spawn(() => spawn(() => "Wait").get()),
      spawnAnything(() => generator()),
      spawn(() => Promise.resolve("promise")),
    ];
    const values: unknown[] = [];
    for (const fiber of made) values.push(yield* fiber.get());
    expect(values).toEqual(["Effect", "Wait", "generator", "promise"]);
  }),
);

test(
  "a body gets its arguments as they are, and a method of a class its generator with this",
  virtually(function* () {
    class Counter {
      #count = 10;
      *run(...parts: unknown[]) {
        yield* sleep();
        return [this.#count, ...parts];
      }
    }
    const marker = {};
    const values = yield* spawn(new Counter().run(marker, undefined, null, 0));
    expect(values).toEqual([10, marker, undefined, null, 0]);
    expect((values as unknown[])[1]).toBe(marker);
    expect(yield* spawn((...args: unknown[]) => args.length)).toBe(0);
    expect(yield* spawn({}, (...args: unknown[]) => args.length)).toBe(0);
  }),
);

test(
  "an object given to a body as its argument is not taken for options",
  virtually(function* () {
    expect(yield* spawn((options: { name: string }) => options.name, { name: "value" })).toBe(
      "value",
    );
  }),
);

test(
  "options give a name, make a daemon, and bind the fiber to a signal",
  virtually(function* () {
    const controller = new AbortController();
    const fiber = spawn(
      { name: "worker", daemon: true, signal: controller.signal },
      function* (n: number) {
        try {
          yield* sleep("1 hour");
        } catch (error) {
          return [n, error];
        }
        return undefined;
      },
      7,
    );
    yield* sleep();
    expect([fiber.name, fiber.daemon]).toEqual(["worker", true]);
    controller.abort("enough");
    expect(yield* fiber).toEqual([7, "enough"]);
  }),
);

test(
  "a daemon fiber is not waited for until nothing is left",
  virtually(function* () {
    const daemon = spawn({ daemon: true }, () => sleep("1 hour"));
    const waited = spawn(() => sleep(5));
    expect(yield* getHub().join()).toBe(true);
    expect([daemon.dead, waited.dead]).toEqual([false, true]);
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "a signal that is aborted already kills the fiber before its body begins",
  virtually(function* () {
    const before = liveNames();
    const trace: string[] = [];
    const reason = new GreenletExit("too late");
    const fiber = spawn({ signal: AbortSignal.abort(reason) }, () => trace.push("body"));
    expect(fiber.dead).toBe(true);
    yield* sleep();
    expect(trace).toEqual([]);
    expect(yield* thrownBy(fiber.get())).toBe(reason);
    expect(liveNames()).toEqual(before);
  }),
);

test(
  "a signal is let go when its fiber ends",
  virtually(function* () {
    const { signal } = new AbortController();
    const listening = { count: 0 };
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listening.count++;
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listening.count--;
      removeEventListener.apply(signal, args);
    };
    const fiber = spawn({ signal }, () => "done");
    expect(listening.count).toBe(1);
    yield* fiber;
    expect(listening.count).toBe(0);
  }),
);

test(
  "an unknown option is refused by its name, and nothing is queued",
  virtually(function* () {
    const before = liveNames();
    expect(() => spawnAnything({ nmae: "worker" }, () => 1)).toThrow(/"nmae"/);
    expect(liveNames()).toEqual(before);
    yield* sleep();
  }),
);

test.each([
  ["a number", 5],
  ["nothing", undefined],
  ["null", null],
  ["a string", "body"],
  ["an array", [() => 1]],
  ["a promise", Promise.resolve(1)],
  ["an async generator function", async function* () {}],
  ["an async generator", (async function* () {})()],
  ["options without a body", { name: "worker" }],
])("%s is no body: a TypeError at the call, and nothing is queued", (_what, body) => {
  const { ready } = getHub();
  const before = liveNames();
  expect(() => spawnAnything(body)).toThrow(TypeError);
  expect(liveNames()).toEqual(before);
  expect(getHub().ready).toBe(ready);
});

test(
  "a plain function that returns an async generator fails its fiber with the same advice",
  virtually(function* () {
    const fiber = spawnAnything(() => (async function* () {})());
    expect(yield* thrownBy(fiber.get())).toBeInstanceOf(TypeError);
  }),
);

test(
  "a body that throws before its first wait fails its fiber and not its spawner",
  virtually(function* () {
    const error = new Error("at once");
    const fibers = [
      spawn(() => {
        throw error;
      }),
      spawn(function* (): Generator<Yieldable, void, unknown> {
        throw error;
      }),
      spawn(async () => {
        throw error;
      }),
    ];
    for (const fiber of fibers) expect(yield* thrownBy(fiber.get())).toBe(error);
  }),
);

test(
  "a fiber outlives its spawner",
  virtually(function* () {
    let inner: Fiber<string, unknown> | undefined;
    const outer = spawn(() => {
      inner = spawn(() => until(Promise.resolve("inner is done")));
    });
    yield* outer;
    expect(inner?.dead).toBe(false);
    expect(yield* (inner as Fiber<string, unknown>).get()).toBe("inner is done");
  }),
);

test(
  "a body that returns a fiber gives that fiber, not its value",
  virtually(function* () {
    const inner = spawn(() => 1);
    const outer = spawn(function* () {
      yield* sleep();
      return { inner };
    });
    expect((yield* outer).inner).toBe(inner);
    expect(getCurrent()?.name).toBe("main");
  }),
);
