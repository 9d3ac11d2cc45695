import { joinAll, sleep, spawn } from "fibril";
import { LifoQueue, PriorityQueue, Queue, ShutDown } from "fibril/queue";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

const kinds = { Queue, LifoQueue, PriorityQueue };

test(
  "after shutdown nothing can be put, what is there can be got, and then a get throws as well",
  virtually(function* () {
    for (const Kind of Object.values(kinds)) {
      const queue = new Kind<number>(3, [1, 1]);
      expect(queue.isShutdown).toBe(false);
      queue.shutdown();
      queue.shutdown();
      expect(queue.isShutdown).toBe(true);
      expect(() => queue.putNowait(2)).toThrow(ShutDown);
      expect(yield* thrownBy(queue.put(2))).toMatchObject({ _tag: "ShutDown", name: "ShutDown" });
      expect([yield* queue.peek(), yield* queue.get(), queue.getNowait()]).toEqual([1, 1, 1]);
      for (const options of [undefined, { block: false }, { timeout: 5 }]) {
        expect(yield* thrownBy(queue.get(options))).toBeInstanceOf(ShutDown);
        expect(yield* thrownBy(queue.peek(options))).toBeInstanceOf(ShutDown);
        expect(yield* thrownBy(queue.put(2, options))).toBeInstanceOf(ShutDown);
      }
      expect(() => queue.getNowait()).toThrow(ShutDown);
      expect(() => queue.peekNowait()).toThrow(ShutDown);
      queue.taskDone();
      queue.taskDone();
      expect(yield* queue.join()).toBe(true);
    }
  }),
);

test(
  "it wakes all that wait, in their order",
  virtually(function* () {
    const trace: string[] = [];
    const [empty, full] = [new Queue<number>(), new Queue<number>(1, [1])];
    const fibers = Object.entries({
      get: () => empty.get(),
      timed: () => empty.get({ timeout: "1 hour" }),
      peek: () => empty.peek(),
      next: () => empty.next(),
      put: () => full.put(2),
    }).map(([name, wait]) =>
      spawn(function* () {
        try {
          trace.push(`${name}: ${JSON.stringify(yield* wait())}`);
        } catch (error) {
          trace.push(`${name}: ${(error as Error).name}`);
        }
      }),
    );
    yield* sleep();
    empty.shutdown();
    full.shutdown();
    trace.push("shut down");
    yield* joinAll(fibers);
    expect(trace).toEqual([
      "shut down",
      ...["get: ShutDown", "timed: ShutDown", "peek: ShutDown", 'next: {"done":true}'],
      "put: ShutDown",
    ]);
    expect([empty.getting(), full.putting(), full.qsize()]).toEqual([0, 0, 1]);
  }),
);

test(
  "an item that is there at the shutdown goes to one that waits, the others are told",
  virtually(function* () {
    const queue = new Queue<number>();
    const getters = [1, 2, 3].map(() => spawn(() => queue.get()));
    yield* sleep();
    queue.putNowait(1);
    queue.putNowait(2);
    queue.shutdown();
    expect(queue.getNowait()).toBe(1);
    const [first, second, third] = yield* joinAll(getters, { raiseError: false });
    expect(first).toMatchObject({ _tag: "Success", value: 2 });
    expect([second?._tag, third?._tag]).toEqual(["Failure", "Failure"]);
  }),
);

test(
  "immediate throws away what is there, which is done then: join goes on",
  virtually(function* () {
    for (const Kind of Object.values(kinds)) {
      const queue = new Kind<number>(2, [1, 2]);
      const waiting = [spawn(() => queue.join()), spawn(() => queue.put(3))];
      yield* sleep();
      queue.shutdown({ immediate: true });
      const [joined, put] = yield* joinAll(waiting, { raiseError: false });
      expect([joined?._tag, put?._tag]).toEqual(["Success", "Failure"]);
      expect([queue.qsize(), queue.unfinishedTasks]).toEqual([0, 0]);
      expect(yield* thrownBy(queue.get())).toBeInstanceOf(ShutDown);
      expect(() => queue.taskDone()).toThrow(RangeError);
    }
  }),
);

test(
  "immediate waits for tasks in hand, also when it comes after a shutdown without",
  virtually(function* () {
    const queue = new Queue<number>(0, [1, 2, 3]);
    queue.getNowait();
    const joiner = spawn(() => queue.join());
    queue.shutdown();
    yield* sleep();
    queue.shutdown({ immediate: true });
    yield* sleep();
    expect([joiner.ready(), queue.unfinishedTasks]).toEqual([false, 1]);
    queue.taskDone();
    expect(yield* joiner).toBe(true);
    expect(() => queue.shutdown(true as never)).toThrow(TypeError);
  }),
);

test(
  "a copy of a queue that was shut down is open",
  virtually(function* () {
    const queue = new Queue<number>(0, [1]);
    queue.shutdown();
    const copy = queue.copy();
    yield* copy.put(2);
    expect([copy.isShutdown, copy.qsize(), queue.qsize()]).toEqual([false, 2, 1]);
  }),
);
