import {
  call,
  getHub,
  isControl,
  kill,
  sleep,
  spawn,
  uninterruptible,
  type Yieldable,
} from "fibril";
import { expect, test } from "vitest";
import { takeErrors } from "../../harness/console.ts";
import { virtually } from "../../harness/virtual.ts";

test(
  "within its grace a body cleans up undisturbed, past it every park throws again",
  virtually(function* () {
    const trace: string[] = [];
    const fiber = spawn(function* () {
      try {
        yield* sleep("1 hour");
      } catch {
        for (let i = 0; i < 3; i++) {
          try {
            yield* sleep("2 seconds");
            trace.push(`slept to ${getHub().now()}`);
          } catch (error) {
            trace.push(`struck at ${getHub().now()}: ${isControl(error)}`);
          }
        }
      }
      return "own value";
    });
    yield* sleep();
    yield* kill(fiber);
    expect(trace).toEqual(["slept to 2000", "slept to 4000", "struck at 5000: true"]);
    expect(fiber.value).toBe("own value");
  }),
);

test(
  "the grace can be given, counts from the first park after the kill, and 0 leaves no park at all",
  virtually(function* () {
    const trace: string[] = [];
    function* body(name: string) {
      try {
        yield* sleep("1 hour");
      } finally {
        try {
          yield* sleep("10 minutes");
        } finally {
          trace.push(`${name} at ${getHub().now()}`);
        }
      }
    }
    const [none, short, endless] = [
      spawn(body, "none"),
      spawn(body, "short"),
      spawn(body, "endless"),
    ];
    yield* sleep();
    void none.kill(undefined, { grace: 0 });
    void short.kill(undefined, { grace: "3 seconds" });
    void endless.kill(undefined, { grace: Infinity });
    yield* endless.join();
    expect(trace).toEqual(["none at 0", "short at 3000", "endless at 600000"]);
  }),
);

test(
  "a second kill can shorten the grace, and never lengthen it",
  virtually(function* () {
    const ends: number[] = [];
    for (const [first, second] of [
      ["1 minute", 100],
      [100, "1 minute"],
      ["1 minute", 0],
      [100, 95],
    ] as const) {
      const begin = getHub().now();
      const fiber = spawn(function* () {
        try {
          yield* sleep("1 hour");
        } finally {
          yield* sleep("1 hour");
        }
      });
      yield* sleep();
      void fiber.kill(undefined, { grace: first });
      yield* sleep(10);
      yield* fiber.kill(undefined, { grace: second });
      ends.push(getHub().now() - begin);
    }
    expect(ends).toEqual([110, 100, 10, 100]);
  }),
);

test(
  "the throws after the grace are queued: others run in between",
  virtually(function* () {
    const trace: string[] = [];
    const swallower = spawn(function* () {
      for (let i = 0; i < 4; i++) {
        try {
          yield* sleep("1 hour");
        } catch {
          trace.push(`swallowed ${i}`);
        }
      }
    });
    yield* sleep();
    void swallower.kill(undefined, { grace: 0 });
    for (let i = 0; i < 3; i++) {
      yield* sleep();
      trace.push(`other ${i}`);
    }
    yield* swallower.join();
    expect(trace).toEqual([
      "swallowed 0",
      "other 0",
      "swallowed 1",
      "other 1",
      "swallowed 2",
      "other 2",
      "swallowed 3",
    ]);
  }),
);

test.each([
  ["a sleep", () => sleep("1 second")],
  ["sleep(0)", () => sleep(0)],
  ["a join", () => spawn(() => sleep("1 hour")).join()],
])(
  "who swallows 100 more throws at %s is ended by return(), finally runs, and that is reported",
  (_at, wait) =>
    virtually(function* () {
      const errors = takeErrors();
      let swallowed = 0;
      let finals = 0;
      const fiber = spawn({ name: "swallower" }, function* () {
        try {
          for (;;) {
            try {
              yield* wait();
            } catch {
              swallowed++;
            }
          }
        } finally {
          finals++;
        }
      });
      yield* sleep();
      yield* fiber.kill(undefined, { grace: 0 });
      errors.release();
      // The kill itself, and the hundred after the grace.
      expect([swallowed, finals]).toEqual([101, 1]);
      expect(fiber.status).toBe("killed");
      expect(errors.lines.length).toBe(1);
      expect(errors.lines[0]).toMatch(/"swallower".*by force/);
    })(),
);

test(
  "the callers of call are ended by return() as well, innermost first",
  virtually(function* () {
    const errors = takeErrors();
    const trace: string[] = [];
    const over: boolean = false;
    function* swallow(): Generator<Yieldable<never>, void, unknown> {
      try {
        while (!over) {
          try {
            yield* sleep("1 hour");
          } catch {
            // Swallowed, again and again.
          }
        }
      } finally {
        trace.push("callee");
      }
    }
    const fiber = spawn(function* () {
      try {
        yield* call(swallow);
      } finally {
        trace.push("caller");
      }
    });
    yield* sleep();
    yield* fiber.kill(undefined, { grace: 0 });
    errors.release();
    expect([trace, fiber.status]).toEqual([["callee", "caller"], "killed"]);
  }),
);

test(
  "a finally that waits again and again while it is ended by force is given up",
  virtually(function* () {
    const errors = takeErrors();
    const endless: boolean = true;
    const fiber = spawn(function* () {
      for (;;) {
        try {
          yield* sleep("1 hour");
        } catch {
          // Swallowed.
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: it refuses to end
          if (endless) continue;
        }
      }
    });
    yield* sleep();
    yield* fiber.kill(undefined, { grace: 0 });
    errors.release();
    expect([fiber.status, errors.lines.length]).toEqual(["killed", 1]);
    yield* sleep(1);
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "an uninterruptible region is not struck, whatever the grace",
  virtually(function* () {
    const trace: string[] = [];
    const fiber = spawn(function* () {
      try {
        yield* uninterruptible(function* () {
          yield* sleep("1 minute");
          trace.push("saved");
        });
      } finally {
        trace.push(`struck at ${getHub().now()}`);
      }
    });
    yield* sleep();
    yield* fiber.kill(undefined, { grace: 0 });
    expect(trace).toEqual(["saved", "struck at 60000"]);
  }),
);
