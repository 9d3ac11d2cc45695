import timersModule from "node:timers";
import timers from "node:timers/promises";
import { promisify } from "node:util";
import { type Fiber, getCurrent, sleep, spawn, until } from "fibril";
import { detach, getOriginal, patch } from "fibril/monkey";
import { describe, expect, test } from "vitest";
import { countBelongings } from "../../src/monkey/belongings.ts";
import { type Body, deferred, patched } from "./in-fiber.ts";

const withTimers = (body: Body) => patched({ timers: true }, body);

const held = (): number => countBelongings(getCurrent() as Fiber);

/** Everything that timers do, as a program sees it. */
async function behaviour(): Promise<unknown[]> {
  const trace: unknown[] = [];
  const note = (...words: unknown[]) => void trace.push(words.join(" "));

  const timer = setTimeout(note, 60_000, "never");
  trace.push(timer.hasRef(), timer.unref() === timer, timer.hasRef(), timer.ref() === timer);
  trace.push(timer.hasRef(), timer.refresh() === timer, timer.close() === timer);
  trace.push(timer.constructor.name, typeof timer, Object.keys(setTimeout).length);

  const byNumber = setTimeout(note, 1, "cleared by its number");
  clearTimeout(Number(byNumber));
  const byText = setTimeout(note, 1, "cleared by its number as text");
  clearTimeout(`${Number(byText)}`);
  const twice = setInterval(note, 1, "cleared as a timeout");
  clearTimeout(twice);
  clearTimeout(twice);
  const disposed = setTimeout(note, 1, "disposed of");
  disposed[Symbol.dispose]();
  const immediate = setImmediate(note, "disposed of");
  trace.push(immediate.hasRef(), immediate.unref() === immediate, immediate.hasRef());
  immediate[Symbol.dispose]();
  timersModule.clearInterval(timersModule.setInterval(note, 1, "cleared by the module's"));
  for (const nothing of [undefined, null, {}, "no timer", -1]) clearTimeout(nothing as never);

  let times = 0;
  await new Promise<void>((done) => {
    const again = setTimeout(() => {
      note("fired", ++times);
      if (times < 3) again.refresh();
      else done();
    }, 1);
  });
  await new Promise<void>((done) => {
    const interval = setInterval(() => {
      clearInterval(interval);
      note("interval");
      done();
    }, 1);
  });
  trace.push(await timers.setTimeout(1, "value"), await timers.setImmediate("at once"));
  trace.push(await promisify(setTimeout)(1, "promised"), await promisify(setImmediate)("soon"));
  for await (const value of timers.setInterval(1, "each")) {
    note(value);
    if (++times === 5) break;
  }
  // Not on Bun.
  await timers.scheduler?.wait(1);
  await timers.scheduler?.yield();
  const order: string[] = [];
  process.nextTick(() => order.push("tick"));
  queueMicrotask(() => order.push("microtask"));
  await new Promise<void>((done) => setImmediate(done));
  trace.push(order.sort().join());
  const refused = await timers.setTimeout(1, 0, { signal: AbortSignal.abort() }).catch(nameOf);
  trace.push(
    refused,
    syncError(() => setTimeout("code" as never, 1)),
  );
  // Whatever should have been cleared would have fired by now.
  await new Promise<void>((done) => setTimeout(done, 5));
  return trace;
}

const nameOf = (error: Error): string => error.name;

function syncError(run: () => unknown): string {
  try {
    // Bun takes it.
    clearTimeout(run() as never);
    return "none";
  } catch (error) {
    return nameOf(error as Error);
  }
}

test("timers behave in a fiber, and patched outside of one, as they do unpatched", async () => {
  const unpatched = await behaviour();
  const { nextTick } = process;
  const { queueMicrotask } = globalThis;
  const timers = patch({ timers: true });
  expect(await behaviour()).toEqual(unpatched);
  expect(await spawn(behaviour)).toEqual(unpatched);
  expect([process.nextTick, globalThis.queueMicrotask]).toEqual([nextTick, queueMicrotask]);
  timers[Symbol.dispose]();
  expect(await behaviour()).toEqual(unpatched);
});

test(
  "a timer that is over is no longer its fiber's, whichever way it ended",
  withTimers(function* () {
    const never = () => setTimeout(() => {}, 60_000);
    never().close();
    never()[Symbol.dispose]();
    clearTimeout(Number(never()));
    clearTimeout(`${Number(never())}`);
    clearInterval(never());
    setImmediate(() => {})[Symbol.dispose]();
    clearTimeout(detach(never()));
    yield* until(behaviour());
    expect(held()).toBe(0);
    const timer = never();
    Number(timer);
    expect(held()).toBe(1);
    timer.close();
    expect(held()).toBe(0);
  }),
);

describe("a timer that is refreshed after it has fired", () => {
  test(
    "is its fiber's again: a kill clears it",
    withTimers(function* () {
      let fired = 0;
      const first = deferred();
      const refreshed = deferred();
      const fiber = spawn(function* () {
        const timer = setTimeout(() => {
          fired++;
          first.done();
        }, 1);
        yield* until(first.promise);
        expect(held()).toBe(0);
        timer.refresh();
        timer.refresh();
        expect(held()).toBe(1);
        refreshed.done();
        yield* sleep("1 minute");
      });
      yield* until(refreshed.promise);
      yield* fiber.kill();
      yield* sleep(15);
      expect(fired).toBe(1);
    }),
  );

  test(
    "does not start when its fiber was killed, but does when that ended by itself",
    withTimers(function* () {
      const fired: string[] = [];
      const timers: NodeJS.Timeout[] = [];
      const bothFired = deferred();
      const note = (word: string) => {
        fired.push(word);
        if (fired.length === 2) bothFired.done();
      };
      const killed = spawn(function* () {
        timers.push(setTimeout(note, 1, "killed"));
        yield* sleep("1 minute");
      });
      const ended = spawn(() => void timers.push(setTimeout(note, 1, "ended")));
      yield* ended;
      yield* until(bothFired.promise);
      yield* killed.kill();
      for (const timer of timers) expect(timer.refresh()).toBe(timer);
      yield* sleep(15);
      expect(fired.slice(2)).toEqual(["ended"]);
    }),
  );

  test(
    "that was handed over stays so",
    withTimers(function* () {
      let fired = 0;
      const second = deferred();
      const fiber = spawn(function* () {
        const timer = detach(
          setTimeout(() => {
            if (++fired === 1) timer.refresh();
            else second.done();
          }, 1),
        );
        yield* sleep("1 minute");
      });
      yield* sleep();
      yield* fiber.kill();
      yield* until(second.promise);
    }),
  );
});

test("the methods of timers are put back with the rest", () => {
  const timer = setTimeout(() => {}, 1);
  clearTimeout(timer);
  const { refresh } = timer;
  const patched = patch({ timers: true });
  expect(timer.refresh).not.toBe(refresh);
  expect(getOriginal(timer, "refresh")).toBe(refresh);
  patched[Symbol.dispose]();
  expect(timer.refresh).toBe(refresh);
});
