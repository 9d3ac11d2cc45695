import * as Effect from "effect/Effect";
import { getHub, joinAll, sleep, spawn, Timeout, withTimeout } from "fibril";
import { Empty, Full, Queue } from "fibril/queue";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index);

function* putAll<T>(queue: Queue<T>, items: Iterable<T>) {
  for (const item of items) yield* queue.put(item);
}

function* getAll<T>(queue: Queue<T>, count: number) {
  const got: T[] = [];
  while (got.length < count) got.push(yield* queue.get());
  return got;
}

test(
  "what is put first is got first, and nothing that is ready suspends",
  virtually(function* () {
    const trace: string[] = [];
    spawn(() => trace.push("other"));
    const queue = new Queue<number>(3);
    expect([queue.empty(), queue.full(), queue.qsize()]).toEqual([true, false, 0]);
    yield* putAll(queue, [1, 2, 3]);
    expect([queue.empty(), queue.full(), queue.qsize()]).toEqual([false, true, 3]);
    expect([queue.size, queue.length, yield* queue.peek()]).toEqual([3, 3, 1]);
    expect(yield* getAll(queue, 3)).toEqual([1, 2, 3]);
    expect(trace).toEqual([]);
  }),
);

test(
  "a get waits for an item, a put for room",
  virtually(function* () {
    const trace: string[] = [];
    const queue = new Queue<number>(1);
    spawn(function* () {
      const item = yield* queue.get();
      trace.push(`got ${item} at ${getHub().now()}`);
      yield* putAll(queue, [2, 3]);
      trace.push(`put at ${getHub().now()}`);
    });
    yield* sleep(10);
    yield* queue.put(1);
    yield* sleep(10);
    expect(yield* getAll(queue, 2)).toEqual([2, 3]);
    yield* sleep();
    expect(trace).toEqual(["got 1 at 10", "put at 20"]);
  }),
);

test(
  "a put wakes all that it can by one entry at the tail: the putter goes on, what it spawns comes later",
  virtually(function* () {
    const trace: string[] = [];
    const queue = new Queue<number>();
    const getters = ["a", "b", "c"].map((name) =>
      spawn(function* () {
        trace.push(`${name}${yield* queue.get()}`);
      }),
    );
    yield* sleep();
    spawn(() => trace.push("before"));
    queue.putNowait(1);
    trace.push("put");
    spawn(() => trace.push("after"));
    queue.putNowait(2);
    queue.putNowait(3);
    yield* joinAll(getters);
    yield* sleep();
    expect(trace).toEqual(["put", "before", "a1", "b2", "c3", "after"]);
  }),
);

test(
  "an item is nobody's until a getter's turn: the putter may get it back, and the getter has the next",
  virtually(function* () {
    const queue = new Queue<string>();
    const waiting = spawn(() => queue.get());
    yield* sleep();
    queue.putNowait("x");
    expect([queue.qsize(), queue.getNowait()]).toEqual([1, "x"]);
    yield* sleep();
    expect([waiting.ready(), queue.getting()]).toEqual([false, 1]);
    yield* queue.put("y");
    expect(yield* waiting).toBe("y");
  }),
);

test(
  "room is nobody's either: who runs may be faster than who waits to put",
  virtually(function* () {
    const queue = new Queue<string>(1, ["a"]);
    const waiting = spawn(() => queue.put("waited"));
    yield* sleep();
    expect(queue.getNowait()).toBe("a");
    yield* queue.put("barged");
    yield* sleep();
    expect([waiting.ready(), queue.putting()]).toEqual([false, 1]);
    expect(yield* getAll(queue, 2)).toEqual(["barged", "waited"]);
    yield* waiting;
  }),
);

test(
  "getters and putters are served in the order in which they came",
  virtually(function* () {
    const queue = new Queue<number>(1);
    const order: string[] = [];
    const getters = ["a", "b", "c"].map((name) =>
      spawn(function* () {
        order.push(`${name}${yield* queue.get()}`);
      }),
    );
    yield* sleep();
    expect(queue.getting()).toBe(3);
    yield* putAll(queue, [1, 2, 3]);
    yield* joinAll(getters);
    expect(order).toEqual(["a1", "b2", "c3"]);
    const putters = [4, 5, 6, 7].map((item) => spawn(() => queue.put(item)));
    yield* sleep();
    expect(queue.putting()).toBe(3);
    expect(yield* getAll(queue, 4)).toEqual([4, 5, 6, 7]);
    yield* joinAll(putters);
  }),
);

test(
  "a boss and three workers: the trace is gevent's",
  virtually(function* () {
    const trace: string[] = [];
    const tasks = new Queue<number>(3);
    function* boss() {
      yield* putAll(tasks, range(1, 10));
      trace.push("iteration 1");
      yield* putAll(tasks, range(10, 20));
      trace.push("iteration 2");
    }
    function* worker(name: string) {
      try {
        for (;;) {
          trace.push(`${name} ${yield* tasks.get({ timeout: "1 second" })}`);
          yield* sleep(0);
        }
      } catch (error) {
        if (!(error instanceof Empty)) throw error;
        trace.push("quitting");
      }
    }
    yield* joinAll([spawn(boss), ...["steve", "john", "bob"].map((name) => spawn(worker, name))]);
    expect(trace).toEqual([
      ...["steve 1", "john 2", "bob 3", "steve 4", "john 5", "bob 6", "iteration 1"],
      ...["steve 7", "john 8", "bob 9", "steve 10", "john 11", "bob 12"],
      ...["steve 13", "john 14", "bob 15", "steve 16", "john 17", "bob 18", "iteration 2"],
      ...["steve 19", "quitting", "quitting", "quitting"],
    ]);
    expect(getHub().now()).toBe(1000);
  }),
);

test(
  "producers and consumers at a full queue take turns as gevent's do",
  virtually(function* () {
    const trace: string[] = [];
    const queue = new Queue<string>(2);
    function* producer(name: string) {
      for (const n of range(0, 3)) {
        yield* queue.put(`${name}${n}`);
        trace.push(`+${name}${n}`);
      }
    }
    function* consumer(name: string, count: number) {
      for (const _ of range(0, count)) trace.push(`${name}${yield* queue.get()}`);
    }
    const producers = () => ["a", "b", "c"].map((name) => spawn(producer, name));
    const consumers = () => [spawn(consumer, "X", 5), spawn(consumer, "Y", 4)];
    yield* joinAll([...consumers(), ...producers()]);
    expect(trace.splice(0).join(" ")).toBe(
      "+a0 +a1 Xa0 Xa1 +a2 Ya2 +b0 +b1 Xb0 Xb1 +c0 +c1 Yc0 Yc1 +b2 Xb2 +c2 Yc2",
    );
    yield* joinAll([...producers(), ...consumers()]);
    expect(trace.join(" ")).toBe(
      "+a0 +a1 Xa0 Xa1 +a2 Xa2 +b0 +b1 Yb0 Yb1 +c0 +c1 Xc0 Xc1 +b2 Yb2 +c2 Yc2",
    );
  }),
);

test(
  "two fibers that wake each other by a queue do not hold up a third",
  virtually(function* () {
    const queue = new Queue<number>(1);
    spawn(putAll<number>, queue, range(0, 1000));
    const consumer = spawn(getAll<number>, queue, 1000);
    for (let i = 0; i < 10; i++) yield* sleep();
    expect([consumer.ready(), queue.unfinishedTasks > 3]).toEqual([false, true]);
    expect(queue.unfinishedTasks).toBeLessThan(100);
    yield* consumer;
  }),
);

test(
  "putNowait and getNowait throw Full and Empty",
  virtually(function* () {
    const queue = new Queue<number>(1);
    expect(() => queue.getNowait()).toThrow(Empty);
    expect(() => queue.peekNowait()).toThrow("Cannot get from the queue: it is empty");
    queue.putNowait(1);
    expect(() => queue.putNowait(2)).toThrow(Full);
    expect(() => queue.putNowait(2)).toThrow("Cannot put into the queue: it is full (maxsize 1)");
    expect([queue.peekNowait(), queue.getNowait(), queue.qsize()]).toEqual([1, 1, 0]);
    const named = new Queue(0, { name: "jobs" });
    expect(() => named.getNowait()).toThrow('Cannot get from the queue "jobs": it is empty');
  }),
);

test(
  "with block: false a wait throws instead of waiting, when it is run, and a timeout means nothing",
  virtually(function* () {
    const queue = new Queue<number>(1);
    const get = queue.get({ block: false, timeout: -1 });
    expect(yield* thrownBy(get)).toMatchObject({ _tag: "Empty", name: "Empty" });
    yield* queue.put(1, { block: false, timeout: -1 });
    expect(yield* thrownBy(queue.put(2, { block: false }))).toMatchObject({
      _tag: "Full",
      name: "Full",
    });
    expect([yield* queue.peek({ block: false }), yield* get]).toEqual([1, 1]);
    expect(yield* thrownBy(queue.peek({ block: false }))).toBeInstanceOf(Empty);
  }),
);

test(
  "past its timeout a get throws Empty, a put Full, and neither leaves a trace",
  virtually(function* () {
    const queue = new Queue<number>(1);
    expect(yield* thrownBy(queue.get({ timeout: "5 millis" }))).toMatchObject({
      _tag: "Empty",
      message: "Cannot get from the queue: it was empty for 5ms",
    });
    expect(yield* thrownBy(queue.peek({ timeout: 5 }))).toBeInstanceOf(Empty);
    expect(getHub().now()).toBe(10);
    yield* queue.put(1, { timeout: 5 });
    expect(yield* thrownBy(queue.put(2, { timeout: 5 }))).toMatchObject({
      _tag: "Full",
      message: "Cannot put into the queue: it was full (maxsize 1) for 5ms",
    });
    expect(yield* thrownBy(queue.put(2, { timeout: 0 }))).toBeInstanceOf(Full);
    expect([queue.getting(), queue.putting(), queue.qsize()]).toEqual([0, 0, 1]);
    expect(yield* queue.get({ timeout: 0 })).toBe(1);
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "a Timeout of somebody else passes through",
  virtually(function* () {
    const queue = new Queue<number>();
    const wait = withTimeout(5, queue.get({ timeout: "1 hour" }));
    expect(yield* thrownBy(wait)).toBeInstanceOf(Timeout);
    expect(queue.getting()).toBe(0);
  }),
);

test(
  "an aborted signal throws its reason, before a wait and in it",
  virtually(function* () {
    const queue = new Queue<number>(1);
    const reason = new Error("stop");
    const abort = new AbortController();
    const getter = spawn(() => queue.get({ signal: abort.signal }));
    yield* sleep();
    abort.abort(reason);
    expect(yield* thrownBy(getter.get())).toBe(reason);
    expect(yield* thrownBy(queue.put(1, { signal: abort.signal }))).toBe(reason);
    expect([queue.getting(), queue.qsize()]).toEqual([0, 0]);
  }),
);

test(
  "a peek waits as a get does and leaves the item to the next in line",
  virtually(function* () {
    const queue = new Queue<number>();
    const order: string[] = [];
    const waiting = [
      spawn(function* () {
        order.push(`saw ${yield* queue.peek()}`);
      }),
      spawn(function* () {
        order.push(`got ${yield* queue.get()}`);
      }),
      spawn(() => queue.peek()),
    ];
    yield* sleep();
    queue.putNowait(7);
    yield* sleep();
    expect([order, queue.qsize(), queue.getting()]).toEqual([["saw 7", "got 7"], 0, 1]);
    queue.putNowait(8);
    yield* joinAll(waiting);
    expect(queue.getNowait()).toBe(8);
  }),
);

test(
  "a queue of maxsize 0, less or Infinity is never full",
  virtually(function* () {
    for (const maxsize of [undefined, 0, -1, Number.POSITIVE_INFINITY]) {
      const queue = new Queue<number>(maxsize);
      yield* putAll(queue, range(0, 100));
      expect([queue.full(), queue.qsize(), queue.maxsize]).toEqual([false, 100, maxsize ?? 0]);
    }
  }),
);

test(
  "maxsize may change: a smaller one throws nothing away, a larger one lets putters go on",
  virtually(function* () {
    const queue = new Queue<number>(3, [1, 2, 3]);
    queue.maxsize = 1;
    expect([queue.full(), queue.qsize()]).toEqual([true, 3]);
    const putters = [4, 5].map((item) => spawn(() => queue.put(item)));
    expect(yield* getAll(queue, 2)).toEqual([1, 2]);
    yield* sleep();
    expect([queue.full(), queue.putting()]).toEqual([true, 2]);
    queue.maxsize = 0;
    yield* joinAll(putters);
    expect(yield* getAll(queue, 3)).toEqual([3, 4, 5]);
    queue.maxsize = 1;
    queue.putNowait(6);
    expect(() => queue.putNowait(7)).toThrow(Full);
  }),
);

test(
  "it may begin with items, more than its maxsize as well, and be copied",
  virtually(function* () {
    const queue = new Queue<number>(2, { items: [1, 2, 3], name: "jobs" });
    expect([queue.qsize(), queue.full(), queue.name]).toEqual([3, true, "jobs"]);
    const waiting = spawn(() => queue.put(4));
    yield* sleep();
    const copy = queue.copy();
    expect([copy.qsize(), copy.maxsize, copy.name, copy.putting()]).toEqual([3, 2, "jobs", 0]);
    expect(yield* getAll(copy, 3)).toEqual([1, 2, 3]);
    expect(yield* getAll(queue, 4)).toEqual([1, 2, 3, 4]);
    yield* waiting;
    expect(new Queue(0, new Set(["a", "b"])).getNowait()).toBe("a");
  }),
);

test(
  "any item passes through as it is, undefined as well",
  virtually(function* () {
    const items = [undefined, null, 0, Promise.resolve(1), { a: 1 }];
    const queue = new Queue<unknown>(2);
    spawn(putAll<unknown>, queue, items);
    const got = yield* getAll(queue, items.length);
    expect(got.every((item, i) => item === items[i])).toBe(true);
  }),
);

test("it works between the top level, an async body, an Effect program and a fiber", async () => {
  const queue = new Queue<string>(1);
  const got: string[] = [];
  const receiver = spawn(async () => {
    for (let i = 0; i < 3; i++) got.push(await queue.get());
  });
  await Effect.runPromise(queue.put("Effect"));
  await spawn(() => queue.put("fiber"));
  await queue.put("top level");
  await receiver;
  expect(got).toEqual(["Effect", "fiber", "top level"]);
  const error = await queue.get({ timeout: 1 }).then(undefined, (thrown) => thrown);
  expect(error).toBeInstanceOf(Empty);
});

test(
  "one Wait may be run twice, also by two fibers at once: it happens twice",
  virtually(function* () {
    const queue = new Queue<string>(1);
    const put = queue.put("x", { timeout: "1 hour" });
    const putters = [spawn(() => put), spawn(() => put)];
    yield* sleep();
    expect([queue.qsize(), queue.putting()]).toEqual([1, 1]);
    expect(yield* getAll(queue, 2)).toEqual(["x", "x"]);
    yield* joinAll(putters);
  }),
);

test(
  "ten thousand items from many producers to many consumers arrive once each",
  virtually(function* () {
    const queue = new Queue<number>(3);
    const consumers = Array.from({ length: 10 }, () => spawn(getAll<number>, queue, 1000));
    for (let i = 0; i < 8; i++) {
      spawn(putAll<number>, queue, range(i * 1250, (i + 1) * 1250));
    }
    const got = (yield* joinAll(consumers)).flat();
    expect(got.sort((a, b) => a - b)).toEqual(range(0, 10_000));
  }),
);

test("a bad maxsize, timeout or set of options is refused at the call", () => {
  const anything = Queue as unknown as new (...args: unknown[]) => Queue<number>;
  expect(() => new anything("2")).toThrow('Cannot give a queue the maxsize "2": pass a number');
  for (const maxsize of [1.5, Number.NaN]) expect(() => new anything(maxsize)).toThrow(RangeError);
  expect(() => new anything(0, "abc")).toThrow(/^Cannot create a queue with "abc" as options/);
  const queue = new Queue<number>(1);
  expect(() => {
    queue.maxsize = 0.5;
  }).toThrow(RangeError);
  expect(() => queue.get({ timeout: -1 })).toThrow(
    new RangeError(
      "Cannot get with a negative timeout: pass milliseconds >= 0, or none to wait for ever",
    ),
  );
  expect(() => queue.put(1, { timeout: "-1 millis" })).toThrow(RangeError);
  expect(() => queue.get({ timeout: Number.NaN })).toThrow(RangeError);
  // A queue that is never full has no use for the timeout, as in Python.
  expect(() => new Queue().put(1, { timeout: -1 })).not.toThrow();
  expect(() => queue.get(5 as never)).toThrow(TypeError);
  expect(() => queue.put(1, false as never)).toThrow(TypeError);
  expect(() => queue.peek(5 as never)).toThrow(TypeError);
});

test(
  "a fiber says at which queue it waits, and for what",
  virtually(function* () {
    const queue = new Queue<number>(1);
    const jobs = new Queue<number>(1, { name: "jobs", items: [1] });
    const fibers = [
      spawn(() => queue.get()),
      spawn(() => queue.peek()),
      spawn(() => queue.next()),
      spawn(() => jobs.put(1)),
      spawn(() => jobs.join()),
    ];
    yield* sleep();
    expect(fibers.map((fiber) => fiber.parkReason)).toEqual([
      "queue.get (empty)",
      "queue.peek (empty)",
      "queue.next (empty)",
      'queue "jobs".put (full)',
      'queue "jobs".join (1 unfinished)',
    ]);
  }),
);
