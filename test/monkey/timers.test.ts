import timersModule from "node:timers";
import timers from "node:timers/promises";
import { promisify } from "node:util";
import { forEach, sleep, spawn, until, withTimeout } from "fibril";
import { detach } from "fibril/monkey";
import { describe, expect, test } from "vitest";
import { type Body, deferred, parkOf, patched, yielding } from "./in-fiber.ts";

const withTimers = (body: Body) => patched({ timers: true }, body);

describe("timers of a fiber", () => {
  test(
    "fire with their arguments, this and clear as ever",
    withTimers(function* () {
      const trace: unknown[] = [];
      const fired = deferred();
      setTimeout((a: number, b: number) => trace.push(a + b), 1, 1, 2);
      setImmediate((word: string) => trace.push(word), "immediate");
      clearTimeout(setTimeout(() => trace.push("cleared"), 1));
      clearImmediate(setImmediate(() => trace.push("cleared")));
      clearInterval(setInterval(() => trace.push("cleared"), 1));
      timersModule.clearTimeout(timersModule.setTimeout(() => trace.push("cleared"), 1));
      setTimeout(fired.done, 10);
      yield* until(fired.promise);
      expect(trace).toEqual(["immediate", 3]);
      expect(() => setTimeout("code" as never, 1)).toThrow(TypeError);
      clearTimeout(undefined);
      clearTimeout(null as never);
    }),
  );

  test(
    "end when it is killed, those handed over do not",
    withTimers(function* () {
      const trace: string[] = [];
      const fiber = spawn(function* () {
        setTimeout(() => trace.push("timeout"), 5);
        timersModule.setTimeout(() => trace.push("module"), 5);
        setInterval(() => trace.push("interval"), 5);
        detach(setTimeout(() => trace.push("handed over"), 5));
        yield* sleep("1 minute");
      });
      yield* sleep();
      yield* fiber.kill();
      yield* sleep(15);
      expect(trace).toEqual(["handed over"]);
    }),
  );

  test(
    "go on after a fiber that ends by itself",
    withTimers(function* () {
      const fired = deferred<string>();
      yield* spawn(() => void setTimeout(fired.done, 5, "later"));
      expect(yield* until(fired.promise)).toBe("later");
    }),
  );

  test(
    "are its own also after an await in a function that it calls",
    withTimers(function* () {
      const trace: string[] = [];
      const begun = deferred();
      async function helper() {
        await null;
        await null;
        setTimeout(() => trace.push("fired"), 5);
        begun.done();
        await new Promise(() => {});
      }
      const fiber = spawn(function* () {
        yield* until(helper());
      });
      yield* until(begun.promise);
      yield* fiber.kill();
      yield* sleep(15);
      expect(trace).toEqual([]);
    }),
  );

  test(
    "are set by no function of a killed fiber that runs on",
    withTimers(function* () {
      const gate = deferred();
      const ended = deferred<string>();
      async function ticking() {
        try {
          for (;;) {
            await gate.promise;
            await new Promise((done) => setTimeout(done, 1));
          }
        } catch (error) {
          ended.done((error as Error).name);
        }
      }
      const fiber = spawn(function* () {
        yield* until(ticking());
      });
      yield* sleep();
      yield* fiber.kill();
      gate.done();
      expect(yield* until(ended.promise)).toBe("GreenletExit");
    }),
  );

  test("of a fiber that was there before the patch are found, too", async () => {
    const trace: string[] = [];
    const gate = deferred();
    const begun = deferred();
    async function helper() {
      await null;
      setTimeout(() => trace.push("fired"), 5);
      begun.done();
    }
    const fiber = spawn(function* () {
      yield* until(gate.promise);
      yield* until(helper());
      yield* sleep("1 minute");
    });
    await sleep(0);
    await patched({ timers: true }, function* () {
      gate.done();
      yield* until(begun.promise);
      yield* fiber.kill();
      yield* sleep(15);
    })();
    expect(trace).toEqual([]);
  });
});

describe("timers/promises in a fiber", () => {
  test(
    "take yield*, and a timeout ends them",
    withTimers(function* () {
      expect(yield* yielding(timers.setTimeout(1, "value"))).toBe("value");
      expect(yield* yielding(timers.setImmediate("now"))).toBe("now");
      expect(yield* yielding(promisify(setTimeout)(1, "promised"))).toBe("promised");
      yield* yielding(timers.scheduler.wait(1));
      yield* yielding(timers.scheduler.yield());
      const long = timers.setTimeout(60_000);
      expect(yield* withTimeout(5, until(long), { value: "late" })).toBe("late");
      // No timer of a minute keeps this program alive: its promise is rejected.
      expect((yield* until(long.catch((error: Error) => error)))?.name).toBe("AbortError");
    }),
  );

  test(
    "name themselves in the fiber's park",
    withTimers(function* () {
      const fiber = spawn(function* () {
        yield* yielding(timers.setTimeout(60_000));
      });
      yield* sleep();
      expect(parkOf(fiber)).toBe("setTimeout(60000)");
      yield* fiber.kill();
    }),
  );

  test(
    "keep the caller's own options",
    withTimers(function* () {
      const controller = new AbortController();
      const waiting = timers.setTimeout(60_000, undefined, { signal: controller.signal });
      controller.abort();
      const error = yield* until(waiting.catch((reason: Error) => reason));
      expect((error as Error).name).toBe("AbortError");
      const wrong = timers.setTimeout(1, undefined, "no options" as never);
      expect(yield* until(wrong.catch((reason: Error) => reason))).toBeInstanceOf(TypeError);
    }),
  );

  test(
    "setInterval iterates, and ends with its fiber",
    withTimers(function* () {
      const trace: unknown[] = [];
      const ended = deferred();
      const fiber = spawn(async () => {
        try {
          for await (const tick of timers.setInterval(1, "tick")) trace.push(tick);
        } finally {
          ended.done();
        }
      });
      const taking = spawn(function* () {
        let left = 2;
        yield* forEach(timers.setInterval(1, "tock"), function* (tock) {
          trace.push(tock);
          if (--left === 0) throw new Error("enough");
        });
      });
      yield* taking.join();
      expect(taking.exception).toMatchObject({ message: "enough" });
      yield* fiber.kill();
      yield* until(ended.promise);
      const count = trace.length;
      yield* sleep(10);
      expect(trace.length).toBe(count);
      expect(trace.filter((each) => each === "tock")).toEqual(["tock", "tock"]);
    }),
  );
});
