import * as Effect from "effect/Effect";
import {
  call,
  forEach,
  isControl,
  joinAll,
  kill,
  killAll,
  sleep,
  spawn,
  spawnLater,
  Timeout,
  uninterruptible,
  until,
  wait,
  withTimeout,
  type Yieldable,
} from "fibril";
import { Channel, select } from "fibril/channel";
import { debug, runInfo } from "fibril/inspect";
import { Lock } from "fibril/sync";
import { expect, test } from "vitest";
import { takeErrors } from "../../harness/console.ts";
import { collectGarbage } from "../../harness/garbage.ts";
import { virtually } from "../../harness/virtual.ts";

/** What debug mode says while `body` runs, without the places. */
function* reportsOf(body: () => Generator<Yieldable, unknown, unknown>) {
  const errors = takeErrors();
  const debugging = debug();
  try {
    yield* body();
  } finally {
    debugging.stop();
    errors.release();
  }
  return errors.lines;
}

/** The line below the one that calls this, as a report names it. */
function nextLine(): RegExp {
  const own = /debug\.test\.ts:(\d+):\d+/.exec(new Error().stack?.split("\n")[2] ?? "");
  return new RegExp(`debug\\.test\\.ts:${Number(own?.[1]) + 1}:`);
}

test(
  "a bare number that is no whole millisecond is reported with its line",
  virtually(function* () {
    let line: RegExp | undefined;
    const lines = yield* reportsOf(function* () {
      line = nextLine();
      yield* sleep(0.5);
    });
    expect(lines).toEqual([expect.stringMatching(/^fibril debug: A delay of 0\.5 ms at /)]);
    expect(lines[0]).toMatch(line as RegExp);
    expect(lines[0]).toContain('"0.5 seconds"');
  }),
);

test(
  "so is every other way to give one, once a line",
  virtually(function* () {
    const lines = yield* reportsOf(function* () {
      for (let i = 0; i < 3; i++) yield* sleep(1.5);
      yield* withTimeout(2.25, sleep(1));
      yield* spawn(() => 1).join({ timeout: 0.125 });
      const timeout = Timeout.start(7.5);
      timeout.close();
      yield* spawnLater(2.5, () => 1);
      yield* spawn(async () => {
        await sleep(0.75);
      });
    });
    const delays = lines.map((line) => /delay of (\S+) ms/.exec(line)?.[1]);
    expect(delays).toEqual(["1.5", "2.25", "0.125", "7.5", "2.5", "0.75"]);
  }),
);

test(
  "whole milliseconds, other units and what a clock computed are not",
  virtually(function* () {
    const lines = yield* reportsOf(function* () {
      yield* sleep(1);
      yield* sleep("0.5 seconds");
      yield* sleep({ seconds: 1.5 });
      yield* sleep(1 / 3);
      const stuck = spawn(() => sleep(Number.POSITIVE_INFINITY));
      yield* sleep(1);
      yield* kill(stuck);
    });
    expect(lines).toEqual([]);
  }),
);

test(
  "a kill that was caught and not thrown on is reported with the line where it struck",
  virtually(function* () {
    let line: RegExp | undefined;
    function* stubborn() {
      try {
        line = nextLine();
        yield* sleep("1 hour");
      } catch {
        // Swallowed.
      }
      yield* sleep(1);
      return "alive";
    }
    const lines = yield* reportsOf(function* () {
      const fiber = spawn({ name: "stubborn" }, stubborn);
      yield* sleep(1);
      yield* kill(fiber);
    });
    expect(lines).toEqual([expect.stringMatching(/^fibril debug: Fiber "stubborn" \(spawned at /)]);
    expect(lines[0]).toMatch(line as RegExp);
    expect(lines[0]).toContain("isControl(error)");
  }),
);

test(
  "a kill that ends a fiber, or comes too late, is not",
  virtually(function* () {
    const lines = yield* reportsOf(function* () {
      const bodies = [
        function* cleaning() {
          try {
            yield* sleep("1 hour");
          } finally {
            yield* sleep(1);
          }
        },
        function* throwing() {
          try {
            yield* sleep("1 hour");
          } catch (error) {
            if (isControl(error)) throw error;
          }
        },
        function* done() {
          yield* uninterruptible(sleep(1));
        },
        async () => {
          await sleep("1 hour").then(undefined, () => {});
        },
        () => Effect.never,
      ];
      const fibers = bodies.map((body) => spawn(body as () => unknown));
      yield* sleep(0);
      yield* killAll([...fibers, spawn(() => sleep(1))]);
      const ended = spawn(() => 1);
      yield* ended;
      yield* kill(ended);
    });
    expect(lines).toEqual([]);
  }),
);

test("a Wait that was never run is reported with its line, when it is collected", async () => {
  const errors = takeErrors();
  const debugging = debug();
  const channel = new Channel<number>(1);
  const lock = new Lock();
  const lines: RegExp[] = [];
  // In a function of its own, so that nothing is left of them on the stack.
  await spawn(() => {
    lines.push(nextLine());
    void sleep(5);
    lines.push(nextLine());
    void withTimeout(5, sleep(1));
    lines.push(nextLine());
    void channel.send(1);
    lines.push(nextLine());
    void lock.acquire({ timeout: 5 });
    lines.push(nextLine());
    void until(Promise.resolve());
    lines.push(nextLine());
    void call(() => 1);
    lines.push(nextLine());
    void forEach([1], () => {});
    lines.push(nextLine());
    void joinAll([]);
    lines.push(nextLine());
    void wait([]);
  });
  for (let round = 0; errors.lines.length < lines.length && round < 200; round++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  debugging.stop();
  errors.release();
  const texts = [...errors.lines];
  expect(texts.length).toBe(lines.length);
  for (const line of lines) {
    expect(texts).toContainEqual(expect.stringMatching(line));
  }
  expect(texts.every((text) => text.includes("was never run"))).toBe(true);
});

test("what was run, in whichever way, or acts at the call is not", async () => {
  const errors = takeErrors();
  const debugging = debug();
  const channel = new Channel<number>(1);
  const lock = new Lock();
  await spawn(function* () {
    yield* sleep(1);
    yield* Effect.all([sleep(1), sleep(2)]);
    yield* channel.send(1);
    yield* select([channel.receive(), sleep(1), new Channel().receive()]);
    yield* forEach([1], () => sleep(1));
    yield* withTimeout("1 minute", sleep(1));
    yield* lock.acquire({ timeout: "1 minute" });
    const aborted = AbortSignal.abort("aborted");
    yield* spawn(function* () {
      yield* sleep(1);
    }).join({ signal: AbortSignal.any([]) });
    try {
      yield* spawn(() => 1).join({ signal: aborted });
    } catch (error) {
      expect(error).toBe("aborted");
    }
    const twice = sleep(1);
    yield* twice;
    yield* twice;
    void spawn(() => sleep("1 hour")).kill();
    void kill(spawn(() => sleep("1 hour")));
    void killAll([spawn(() => sleep("1 hour"))]);
  });
  await sleep(1);
  await Effect.runPromise(sleep(1));
  await new Promise<void>((resolve) => sleep(1).then(resolve));
  for (let round = 0; round < 5; round++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  debugging.stop();
  errors.release();
  expect(errors.lines).toEqual([]);
});

test(
  "the age of each fiber and the line in which it waits are known",
  virtually(function* () {
    const debugging = debug();
    let line: RegExp | undefined;
    const fiber = spawn(function* () {
      line = nextLine();
      yield* sleep("1 hour");
    });
    yield* sleep(20);
    const info = runInfo().fibers.find(({ id }) => id === fiber.id);
    debugging.stop();
    expect(info?.age).toBe(20);
    expect(info?.parkSite).toMatch(line as RegExp);
  }),
);

test(
  "stopped, it reports nothing, and nothing of it is left",
  virtually(function* () {
    const [first, second] = [debug(), debug()];
    const listeners = process.listenerCount("SIGUSR2");
    first.stop();
    first.stop();
    expect(process.listenerCount("SIGUSR2")).toBe(listeners);
    second[Symbol.dispose]();
    expect(process.listenerCount("SIGUSR2")).toBe(listeners - 1);
    const errors = takeErrors();
    yield* sleep(3.5);
    yield* sleep(1).pipe(Effect.andThen(sleep(1)));
    errors.release();
    expect(errors.lines).toEqual([]);
  }),
);
