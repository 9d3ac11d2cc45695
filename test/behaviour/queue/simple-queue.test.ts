import { kill, sleep, spawn } from "fibril";
import { select } from "fibril/channel";
import { Empty, SimpleQueue } from "fibril/queue";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

test(
  "it takes whatever comes, in order, and a put never waits",
  virtually(function* () {
    const trace: string[] = [];
    spawn(() => trace.push("other"));
    const queue = new SimpleQueue<number>();
    expect([queue.empty(), queue.qsize()]).toEqual([true, 0]);
    for (let n = 0; n < 100; n++) yield* queue.put(n, { block: false, timeout: -1 });
    queue.putNowait(100);
    expect([queue.empty(), queue.qsize(), trace]).toEqual([false, 101, []]);
    expect([yield* queue.get(), queue.getNowait()]).toEqual([0, 1]);
  }),
);

test(
  "a get waits, with a timeout no longer than that, or not at all",
  virtually(function* () {
    const queue = new SimpleQueue<string>();
    const getter = spawn(() => queue.get());
    yield* sleep();
    queue.putNowait("x");
    expect(yield* getter).toBe("x");
    expect(() => queue.getNowait()).toThrow(Empty);
    expect(yield* thrownBy(queue.get({ block: false, timeout: -1 }))).toBeInstanceOf(Empty);
    expect(yield* thrownBy(queue.get({ timeout: 5 }))).toBeInstanceOf(Empty);
    expect(() => queue.get({ timeout: -1 })).toThrow(RangeError);
    expect(() => queue.get(5 as never)).toThrow(TypeError);
    expect(() => queue.put("x", 5 as never)).toThrow(TypeError);
  }),
);

test(
  "a peek waits as a get does, and leaves the item; it is never full",
  virtually(function* () {
    const queue = new SimpleQueue<string>();
    expect(() => queue.peekNowait()).toThrow(Empty);
    expect(yield* thrownBy(queue.peek({ timeout: 5 }))).toBeInstanceOf(Empty);
    expect(() => queue.peek({ timeout: -1 })).toThrow(RangeError);
    const [peeking, getting] = [spawn(() => queue.peek()), spawn(() => queue.get())];
    yield* sleep();
    queue.putNowait("x");
    expect([yield* peeking, yield* getting]).toEqual(["x", "x"]);
    queue.putNowait("y");
    expect([queue.peekNowait(), queue.qsize(), queue.full()]).toEqual(["y", 1, false]);
  }),
);

test(
  "kills and selects lose no item",
  virtually(function* () {
    const queue = new SimpleQueue<string>();
    const killed = spawn(() => queue.get());
    yield* sleep();
    queue.putNowait("x");
    yield* kill(killed);
    expect(yield* select([sleep("1 hour"), queue.get()])).toEqual({ index: 1, value: "x" });
    expect(queue.empty()).toBe(true);
  }),
);

test("it has nothing but that", () => {
  const queue = new SimpleQueue<number>() as unknown as Record<string, unknown>;
  for (const name of ["maxsize", "taskDone", "join", "shutdown"]) {
    expect(queue[name]).toBeUndefined();
  }
});
