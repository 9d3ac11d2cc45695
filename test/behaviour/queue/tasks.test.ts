import { forEach, getHub, joinAll, kill, sleep, spawn } from "fibril";
import { JoinableQueue, Queue } from "fibril/queue";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

test(
  "join waits until every item that was put is reported as done, not only got",
  virtually(function* () {
    const trace: string[] = [];
    const queue = new JoinableQueue<number>();
    expect(yield* queue.join()).toBe(true);
    for (const n of [1, 2, 3]) yield* queue.put(n);
    spawn({ daemon: true }, function* () {
      for (;;) {
        const n = yield* queue.get();
        yield* sleep(10);
        trace.push(`done ${n}`);
        queue.taskDone();
      }
    });
    expect([yield* queue.join(), queue.unfinishedTasks]).toEqual([true, 0]);
    trace.push(`joined at ${getHub().now()}`);
    yield* queue.put(4);
    yield* queue.join();
    expect(trace).toEqual(["done 1", "done 2", "done 3", "joined at 30", "done 4"]);
  }),
);

test(
  "the last taskDone wakes all that join, behind what was ready, and they go on even after a put",
  virtually(function* () {
    const trace: string[] = [];
    const queue = new Queue<number>();
    queue.putNowait(1);
    const joiners = ["a", "b"].map((name) =>
      spawn(function* () {
        yield* queue.join();
        trace.push(name);
      }),
    );
    yield* sleep();
    queue.getNowait();
    queue.taskDone();
    queue.putNowait(2);
    trace.push("done");
    spawn(() => trace.push("after"));
    yield* joinAll(joiners);
    yield* sleep();
    expect(trace).toEqual(["done", "a", "b", "after"]);
  }),
);

test(
  "past its timeout join gives false, and a kill takes its fiber off",
  virtually(function* () {
    const queue = new Queue<number>(0, [1]);
    expect(yield* queue.join({ timeout: 5 })).toBe(false);
    const joiner = spawn(() => queue.join());
    yield* sleep();
    yield* kill(joiner);
    queue.taskDone();
    expect([yield* queue.join({ timeout: 5 }), getHub().timers]).toEqual([true, 0]);
    expect(getHub().now()).toBe(5);
    expect(() => queue.join(5 as never)).toThrow(/Cannot join with 5 as options/);
  }),
);

test(
  "first items are tasks, a put that was refused is none",
  virtually(function* () {
    const queue = new Queue<string>(2, ["a", "b"]);
    expect(yield* thrownBy(queue.put("c", { timeout: 1 }))).toMatchObject({ _tag: "Full" });
    expect([queue.unfinishedTasks, queue.copy().unfinishedTasks]).toEqual([2, 2]);
    queue.getNowait();
    expect(queue.unfinishedTasks).toBe(2);
  }),
);

test("a taskDone too many is an error", () => {
  for (const queue of [new Queue<number>(), new JoinableQueue<number>()]) {
    const tooMany = /^taskDone\(\) called too many times: every task of the queue is done/;
    expect(() => queue.taskDone()).toThrow(tooMany);
    queue.putNowait(1);
    queue.taskDone();
    expect(() => queue.taskDone()).toThrow(RangeError);
  }
});

test(
  "a JoinableQueue is a Queue, and so is its copy",
  virtually(function* () {
    const queue = new JoinableQueue<number>(1, [1]);
    expect([queue instanceof Queue, queue.copy() instanceof JoinableQueue]).toEqual([true, true]);
    const seen: number[] = [];
    const worker = spawn(() =>
      forEach(queue, (n) => {
        seen.push(n);
        queue.taskDone();
      }),
    );
    yield* queue.put(2);
    yield* queue.join();
    queue.shutdown();
    yield* worker;
    expect(seen).toEqual([1, 2]);
  }),
);
