import * as Effect from "effect/Effect";
import * as EffectFiber from "effect/Fiber";
import { getHub, kill, sleep, spawn, withTimeout } from "fibril";
import { Channel, select } from "fibril/channel";
import { PriorityQueue, Queue, ShutDown } from "fibril/queue";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

test(
  "a kill at a wait leaves no trace: the next in line is served, no item is lost",
  virtually(function* () {
    const queue = new Queue<number>(1);
    const getter = spawn(() => queue.get());
    const next = spawn(() => queue.get());
    yield* sleep();
    yield* kill(getter);
    expect(queue.getting()).toBe(1);
    yield* queue.put(7);
    expect(yield* next).toBe(7);
    yield* queue.put(0);
    const putter = spawn(() => queue.put(1));
    const other = spawn(() => queue.put(2));
    yield* sleep();
    yield* kill(putter);
    expect([queue.putting(), yield* queue.get(), yield* queue.get()]).toEqual([1, 0, 2]);
    yield* other;
    expect([queue.empty(), queue.putting(), queue.unfinishedTasks]).toEqual([true, 0, 3]);
  }),
);

test(
  "who is killed while an item is on its way leaves it to the next in line, or in the queue",
  virtually(function* () {
    const queue = new Queue<number>();
    const [killed, next] = [spawn(() => queue.get()), spawn(() => queue.get())];
    yield* sleep();
    queue.putNowait(1);
    void killed.kill();
    expect(yield* next).toBe(1);
    const last = spawn(() => queue.get());
    yield* sleep();
    queue.putNowait(2);
    yield* last.kill();
    expect([queue.qsize(), queue.getting()]).toEqual([1, 0]);
  }),
);

test(
  "who has got its item is not struck before its next wait",
  virtually(function* () {
    const queue = new Queue<number>(1);
    const trace: unknown[] = [];
    const getter = spawn(function* () {
      void getter.kill();
      queue.putNowait(1);
      trace.push(yield* queue.get());
      yield* queue.put(2);
      trace.push("put");
      yield* sleep();
      trace.push("never");
    });
    yield* getter.join();
    expect([trace, queue.qsize()]).toEqual([[1, "put"], 1]);
  }),
);

test(
  "a timeout at the very moment of a put loses no item",
  virtually(function* () {
    const queue = new Queue<string>();
    spawn(function* () {
      yield* sleep(5);
      queue.putNowait("x");
    });
    const got: unknown[] = [];
    got.push(yield* withTimeout(5, queue.get(), { value: "late" }));
    yield* sleep(5);
    if (!queue.empty()) got.push(queue.getNowait());
    expect(got.filter((each) => each === "x")).toEqual(["x"]);
    expect([queue.getting(), getHub().timers]).toEqual([0, 0]);
  }),
);

test(
  "select takes from a queue or puts into one, whichever can be done first, and nothing else",
  virtually(function* () {
    const [jobs, results] = [new Queue<number>(1), new Queue<string>(1)];
    expect(yield* select([jobs.get(), results.put("a")])).toEqual({ index: 1, value: undefined });
    expect([jobs.getting(), results.qsize()]).toEqual([0, 1]);
    const waiting = spawn(() =>
      select({ in: jobs.get(), look: jobs.peek(), out: results.put("b") }),
    );
    yield* sleep();
    expect([jobs.getting(), results.putting()]).toEqual([2, 1]);
    expect(waiting.parkReason).toBe(
      "select(queue.get (empty), queue.peek (empty), queue.put (full))",
    );
    expect(results.getNowait()).toBe("a");
    expect(yield* waiting).toEqual({ key: "out", value: undefined });
    expect([jobs.getting(), results.putting(), results.getNowait()]).toEqual([0, 0, "b"]);
  }),
);

test(
  "a select that loses takes nothing, and a queue's end is thrown by it",
  virtually(function* () {
    const [queue, channel] = [new Queue<number>(), new Channel<number>()];
    const waiting = spawn(() => select([queue.get(), channel.receive(), queue.next()]));
    yield* sleep();
    yield* channel.send(1);
    queue.putNowait(2);
    expect(yield* waiting).toEqual({ index: 1, value: 1 });
    expect([queue.getting(), queue.getNowait()]).toEqual([0, 2]);
    const ended = spawn(() => select([channel.receive(), queue.get(), queue.join()]));
    yield* sleep();
    queue.shutdown();
    expect(yield* thrownBy(ended.get())).toBeInstanceOf(ShutDown);
    expect([queue.getting(), channel.balance]).toEqual([0, 0]);
  }),
);

test(
  "a putter whose item has no place in the order is told when its turn comes",
  virtually(function* () {
    const queue = new PriorityQueue<unknown>(1, [1]);
    const putter = spawn(() => queue.put("one"));
    const next = spawn(() => queue.put(2));
    queue.maxsize = 2;
    queue.putNowait(0);
    yield* sleep();
    expect(queue.putting()).toBe(2);
    queue.getNowait();
    expect(yield* thrownBy(putter.get())).toBeInstanceOf(TypeError);
    yield* next;
    expect([queue.getNowait(), queue.getNowait(), queue.unfinishedTasks]).toEqual([1, 2, 3]);
  }),
);

test("an interrupted Effect program leaves the line", async () => {
  const queue = new Queue<number>();
  const program = Effect.runFork(queue.get());
  while (queue.getting() === 0) await sleep();
  await Effect.runPromise(EffectFiber.interrupt(program));
  expect(queue.getting()).toBe(0);
  queue.putNowait(1);
  expect(await queue.get()).toBe(1);
});
