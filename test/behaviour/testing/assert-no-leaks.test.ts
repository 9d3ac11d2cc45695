import {
  type Fiber,
  getHub,
  joinAll,
  kill,
  killAll,
  signalHandler,
  sleep,
  spawn,
  spawnLater,
  Timeout,
  until,
} from "fibril";
import { assertNoLeaks, type Leak, registerLeakProbe } from "fibril/testing";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

/** What `body` leaves behind, as `kind name in doing`. */
function* leaksOf(body: () => unknown) {
  const error = (yield* thrownBy(assertNoLeaks(body))) as Error & { leaks: readonly Leak[] };
  expect(error.name).toBe("AssertionError");
  return error.leaks.map(({ kind, name, doing }) => `${kind} ${name} ${doing ?? ""}`.trim());
}

test(
  "a body that cleans up gives its value",
  virtually(function* () {
    const before = spawn({ name: "before" }, () => sleep("1 hour"));
    const value = yield* assertNoLeaks(function* () {
      const timeout = Timeout.start("1 minute");
      const handler = signalHandler("SIGUSR2", () => {});
      const link = () => {};
      before.link(link);
      yield* joinAll([spawn(() => sleep(5)), spawn(() => until(Promise.resolve()))]);
      const killed = spawn(() => sleep("1 hour"));
      yield* sleep(1);
      void kill(killed);
      before.unlink(link);
      handler.cancel();
      timeout.close();
      return "value";
    });
    expect(value).toBe("value");
  }),
);

test(
  "a fiber that survives is named, with what it does and where it was spawned",
  virtually(function* () {
    const error = (yield* thrownBy(
      assertNoLeaks(function* () {
        spawn({ name: "forgotten" }, () => sleep("1 hour"));
        spawn({ name: "daemon", daemon: true }, () => sleep("1 minute"));
        yield* sleep(1);
      }),
    )) as Error;
    const [head, first, second, ...rest] = error.message.split("\n");
    expect(head).toBe("2 things outlived the body: kill, close, unlink or cancel");
    const site = "test/behaviour/testing/assert-no-leaks\\.test\\.ts:\\d+:\\d+$";
    expect(first).toMatch(new RegExp(`^  fiber forgotten in sleep\\(3600s\\), made at .*${site}`));
    expect(second).toMatch(new RegExp(`^  fiber daemon in sleep\\(60s\\), made at .*${site}`));
    expect(rest).toEqual([]);
  }),
);

test(
  "no time passes while it looks",
  virtually(function* () {
    const names = yield* leaksOf(() => void spawn({ name: "short" }, () => sleep(1)));
    expect(names).toEqual(["fiber short sleep(1ms)"]);
    expect(getHub().now()).toBe(0);
  }),
);

test(
  "a fiber that spins is found, too",
  virtually(function* () {
    function* spin() {
      for (;;) yield* sleep(0);
    }
    expect(yield* leaksOf(() => void spawn({ name: "spinning" }, spin))).toEqual([
      "fiber spinning sleep(0)",
    ]);
  }),
);

test(
  "a fiber that is not begun before its time is one leak",
  virtually(function* () {
    expect(yield* leaksOf(() => void spawnLater("1 hour", function later() {}))).toEqual([
      expect.stringMatching(/^fiber later-\d+ spawnLater\(3600s\)$/),
    ]);
  }),
);

test(
  "a Timeout that nobody closed is a timer, with its line",
  virtually(function* () {
    const timeout = new Timeout("1 minute");
    const error = (yield* thrownBy(
      assertNoLeaks(function* () {
        timeout.start();
        yield* sleep(1);
      }),
    )) as Error;
    timeout.close();
    expect(error.message).toMatch(/timer of 60s, made at .*assert-no-leaks\.test\.ts:\d+:\d+$/);
  }),
);

test(
  "links, signal handlers and awaits that survive are named",
  virtually(function* () {
    const before = spawn({ name: "before" }, () => sleep("1 hour"));
    let handler: { cancel(): void } | undefined;
    const leaks = yield* leaksOf(() => {
      before.rawLink(() => {});
      handler = signalHandler("SIGUSR2", () => {});
      sleep(5).then(() => {});
    });
    expect(leaks.sort()).toEqual([
      "fiber an await of main sleep(5ms)",
      "link of before",
      "signal handler",
    ]);
    handler?.cancel();
    yield* sleep(5);
  }),
);

test(
  "what was there before, and what it does meanwhile, is no leak",
  virtually(function* () {
    function* busy() {
      for (;;) {
        const timeout = Timeout.start(7);
        try {
          yield* sleep(3);
        } finally {
          timeout.close();
        }
      }
    }
    const fiber = spawn(busy);
    yield* sleep(10);
    yield* assertNoLeaks(sleep(10));
    const joiner = spawn(() => assertNoLeaks(sleep(10)));
    yield* joiner;
    yield* kill(fiber);
  }),
);

test(
  "a fiber that still cleans up is given the time for it",
  virtually(function* () {
    yield* assertNoLeaks(function* () {
      const fiber = spawn(function* () {
        try {
          yield* sleep("1 hour");
        } finally {
          yield* sleep(0);
          yield* sleep(0);
        }
      });
      yield* sleep(1);
      void kill(fiber);
    });
  }),
);

test(
  "what the body throws comes first",
  virtually(function* () {
    const own = new Error("own");
    const leaking = assertNoLeaks(() => {
      spawn(() => sleep("1 hour"));
      throw own;
    });
    expect(yield* thrownBy(leaking)).toBe(own);
  }),
);

test(
  "other kinds of things are looked for by probes",
  virtually(function* () {
    const open = new Set<{ readonly name: string }>();
    const door = (name: string) => {
      const made = { name };
      open.add(made);
      return made;
    };
    registerLeakProbe("door", () =>
      [...open].map((each) => ({ thing: each, name: each.name, doing: "draught", site: "a.ts:1" })),
    );
    door("back");
    yield* assertNoLeaks(() => open.delete(door("cellar")));
    const error = (yield* thrownBy(assertNoLeaks(() => door("front")))) as Error;
    expect(error.message).toBe(
      "1 thing outlived the body: kill, close, unlink or cancel\n  door front in draught, made at a.ts:1",
    );
    registerLeakProbe("door", () => []);
    yield* assertNoLeaks(() => door("side"));
  }),
);

test(
  "leaks can be ignored",
  virtually(function* () {
    let left: Fiber | undefined;
    const body = () => {
      left = spawn({ name: "pool" }, () => sleep("1 hour"));
    };
    yield* assertNoLeaks(body, { ignore: ({ kind, name }) => kind === "fiber" && name === "pool" });
    expect(left?.dead).toBe(false);
  }),
);

test(
  "it nests, and two at once may see each other's",
  virtually(function* () {
    yield* assertNoLeaks(() => assertNoLeaks(sleep(1)));
    yield* assertNoLeaks(function* () {
      const leaks = yield* leaksOf(() => void spawn({ name: "inner" }, () => sleep("1 hour")));
      expect(leaks).toEqual(["fiber inner sleep(3600s)"]);
      yield* killAll(getHub().fibers.filter(({ name }) => name === "inner"));
    });
  }),
);

test("it can be awaited at the top level, with bodies of every kind", async () => {
  expect(await assertNoLeaks(async () => "async")).toBe("async");
  expect(await assertNoLeaks(() => "plain")).toBe("plain");
  await assertNoLeaks(sleep(1));
  let left: Fiber | undefined;
  const leaking = assertNoLeaks(async () => {
    left = spawn({ name: "left" }, () => sleep("1 hour"));
  });
  await expect(leaking.then()).rejects.toThrow(/fiber left in sleep/);
  await left?.kill();
});

test("bad input is refused at the call", () => {
  expect(() => assertNoLeaks(5 as never)).toThrow(TypeError);
  expect(() => assertNoLeaks(sleep(1), 5 as never)).toThrow(TypeError);
});
