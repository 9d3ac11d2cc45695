import { getHub, spawn } from "fibril";
import {
  createTask,
  EventLoop,
  gather,
  getEventLoop,
  newEventLoop,
  run,
  setEventLoop,
  sleep,
} from "fibril/asyncio";
import { expect, test } from "vitest";
import { after, failAfter, thrownBy, virtually } from "../../harness/virtual.ts";

const HOUR = 3_600_000;

test(
  "run gives the result of the main coroutine, or its failure",
  virtually(function* () {
    expect(yield* run(after(5, "done"))).toBe("done");
    expect(yield* run(async () => "async")).toBe("async");
    expect(yield* run(sleep(1))).toBeUndefined();
    expect(yield* thrownBy(run(failAfter(1, "failure")).get())).toBe("failure");
    expect(() => run(5 as never)).toThrow("Cannot run 5");
  }),
);

test(
  "what still runs when run is over is killed and waited for",
  virtually(function* () {
    const trace: string[] = [];
    function* endless(name: string) {
      try {
        yield* sleep(HOUR);
      } finally {
        yield* sleep(5);
        trace.push(`${name} ended`);
      }
    }
    const outside = spawn(() => sleep(20));
    yield* run(function* () {
      createTask(endless("task"));
      createTask(() => gather(endless("gathered")));
      yield* sleep(1);
    });
    trace.push(`over at ${getHub().now()}`);
    expect(trace).toEqual(["task ended", "gathered ended", "over at 6"]);
    expect(outside.dead).toBe(false);
    yield* outside;
  }),
);

test(
  "a run that is killed kills its main coroutine and all tasks",
  virtually(function* () {
    const trace: string[] = [];
    const running = run(function* () {
      createTask(after(HOUR, 1));
      try {
        yield* sleep(HOUR);
      } finally {
        trace.push("main cleaned up");
      }
    });
    yield* sleep(1);
    yield* running.kill();
    expect([running.status, trace]).toEqual(["killed", ["main cleaned up"]]);
    expect(getHub().fibers).toHaveLength(1);
    const unborn = run(after(HOUR, 1));
    yield* unborn.kill();
    expect(getHub().fibers).toHaveLength(1);
    expect(yield* run(after(1, "next"))).toBe("next");
  }),
);

test(
  "a loop runs in no loop, one after the other they do",
  virtually(function* () {
    const nested = yield* run(() => thrownBy(run(sleep(1)).get()));
    expect((nested as Error).message).toContain("Cannot run inside of a running event loop");
    expect(yield* run(() => getEventLoop().isRunning())).toBe(true);
    expect(getEventLoop().isRunning()).toBe(false);
  }),
);

test(
  "runUntilComplete, isRunning and close go together as in Python",
  virtually(function* () {
    const trace: string[] = [];
    function* cor1() {
      trace.push("COR1 start");
      yield* cor2();
      trace.push("COR1 end");
      return loop.isRunning();
    }
    function* cor2() {
      trace.push("COR2");
      yield* sleep(1);
    }
    const loop = getEventLoop();
    const running = loop.runUntilComplete(cor1());
    expect([loop.isRunning(), trace]).toEqual([true, []]);
    expect(() => loop.runUntilComplete(cor2())).toThrow("running already");
    expect(() => loop.close()).toThrow("Cannot close a running event loop");
    expect(yield* running).toBe(true);
    expect([loop.isRunning(), loop.isClosed()]).toEqual([false, false]);
    expect(trace).toEqual(["COR1 start", "COR2", "COR1 end"]);
    expect(yield* loop.runUntilComplete(after(1, "again"))).toBe("again");
    loop.close();
    expect(loop.isClosed()).toBe(true);
    for (const late of [
      () => loop.runUntilComplete(sleep(1)),
      () => loop.createTask(sleep(1)),
      () => loop.callSoon(() => {}),
      () => loop.callLater(1, () => {}),
    ]) {
      expect(late).toThrow("This event loop is closed");
    }
    expect(getEventLoop()).not.toBe(loop);
    expect(getEventLoop()).toBe(getEventLoop());
  }),
);

test(
  "close kills the tasks and takes back the calls of the loop",
  virtually(function* () {
    const calls: string[] = [];
    const loop = newEventLoop();
    const task = loop.createTask(after(HOUR, 1), { name: "named" });
    loop.callLater(10, () => calls.push("late"));
    loop.callSoon(() => calls.push("soon"));
    loop.close();
    yield* sleep(20);
    expect([task.name, task.status, calls]).toEqual(["named", "killed", []]);
    loop.close();
  }),
);

test(
  "calls are made in order, with their arguments, and not when they were cancelled",
  virtually(function* () {
    const calls: unknown[] = [];
    const note = (...args: unknown[]) => calls.push(args);
    const loop = newEventLoop();
    loop.callSoon(note, 1, "x");
    const cancelled = loop.callSoon(note, "never");
    loop.callLater(20, note, "b");
    loop.callLater("10 millis", note, "a");
    const later = loop.callLater(15, note, "never");
    const waiting = loop.callSoon(function* () {
      yield* sleep(5);
      note("waited");
    });
    cancelled.cancel();
    expect(calls).toEqual([]);
    yield* sleep(12);
    later.cancel();
    yield* sleep(20);
    waiting.cancel();
    expect(calls).toEqual([[1, "x"], ["waited"], ["a"], ["b"]]);
    expect([cancelled, later, waiting].map((handle) => handle.cancelled())).toEqual([
      true,
      true,
      false,
    ]);
    expect(() => loop.callLater(Number.NaN, note)).toThrow(RangeError);
    expect(() => loop.callSoon(5 as never)).toThrow(TypeError);
  }),
);

test(
  "runForever runs until stop, and can be begun again",
  virtually(function* () {
    const loop = newEventLoop();
    for (const ms of [10, 20]) {
      loop.callLater(ms, () => loop.stop());
      yield* loop.runForever();
    }
    expect([getHub().now(), loop.time(), loop.isRunning()]).toEqual([30, 30, false]);
    loop.stop();
  }),
);

test(
  "setEventLoop names the loop that tasks belong to",
  virtually(function* () {
    const loop = newEventLoop();
    expect(loop).toBeInstanceOf(EventLoop);
    setEventLoop(loop);
    expect(getEventLoop()).toBe(loop);
    const task = createTask(after(HOUR, 1));
    loop.close();
    yield* sleep();
    expect(task.status).toBe("killed");
  }),
);
