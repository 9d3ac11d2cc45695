import { getCurrent, getHub, sleep, spawn, type Yieldable } from "fibril";
import { currentThread, Thread, ThreadError } from "fibril/threading";
import { expect, test } from "vitest";
import { virtually } from "../../harness/virtual.ts";

type Body = Generator<Yieldable, void, unknown>;

test(
  "start queues the thread, and join waits for its end",
  virtually(function* () {
    const trace: unknown[] = [];
    const thread = new Thread({
      *target(...given: unknown[]): Body {
        trace.push(given);
        yield* sleep(10);
        trace.push("over");
      },
      args: [1, 2],
      kwargs: { verbose: true },
    });
    expect([thread.isAlive(), thread.ident]).toEqual([false, undefined]);
    thread.start();
    expect([trace, thread.isAlive()]).toEqual([[], true]);
    expect(yield* thread.join()).toBeUndefined();
    expect(trace).toEqual([[1, 2, { verbose: true }], "over"]);
    expect([thread.isAlive(), getHub().now()]).toEqual([false, 10]);
    expect(yield* thread.join()).toBeUndefined();
  }),
);

test(
  "join gives up at its timeout, and isAlive tells",
  virtually(function* () {
    const thread = new Thread({ target: () => sleep(10) });
    thread.start();
    const { ident } = thread;
    expect(yield* thread.join({ timeout: 5 })).toBeUndefined();
    expect([thread.isAlive(), getHub().now()]).toEqual([true, 5]);
    yield* thread.join({ timeout: "1 second" });
    expect([thread.isAlive(), getHub().now(), thread.ident]).toEqual([false, 10, ident]);
    expect(() => thread.join(5 as never)).toThrow("Cannot join with 5 as options");
  }),
);

test(
  "a subclass overrides run, with attributes of its own",
  virtually(function* () {
    const trace: unknown[] = [];
    class Worker extends Thread {
      readonly #counter: number;
      constructor(name: string, counter: number) {
        super({ name });
        this.#counter = counter;
      }
      override *run(): Body {
        for (let n = this.#counter; n > 0; n--) {
          trace.push(`${this.name} ${n}`);
          yield* sleep(1);
        }
      }
    }
    const workers = [new Worker("a", 2), new Worker("b", 1)];
    for (const worker of workers) worker.start();
    for (const worker of workers) yield* worker.join();
    expect(trace).toEqual(["a 2", "b 1", "a 1"]);
  }),
);

test(
  "the target may be a generator function, an async or a plain one, or absent; run may be async, too",
  virtually(function* () {
    const seen: unknown[] = [];
    class Async extends Thread {
      override async run(): Promise<void> {
        await sleep(1);
        seen.push(currentThread() === this, getCurrent()?.name);
      }
    }
    const threads = [
      new Thread({ target: () => seen.push("plain") }),
      new Thread({
        target: async () => {
          await sleep(1);
          seen.push(currentThread().name);
        },
        name: "async",
      }),
      new Thread(),
      new Async({ name: "subclass" }),
    ];
    for (const thread of threads) thread.start();
    for (const thread of threads) yield* thread.join();
    expect(seen).toEqual(["plain", "async", true, "subclass"]);
  }),
);

test(
  "run calls the target where it is called, and nothing of a thread",
  virtually(function* () {
    const thread = new Thread({ target: (n: number) => n * 2, args: [21] });
    expect(thread.run()).toBe(42);
    expect([thread.isAlive(), thread.ident]).toEqual([false, undefined]);
    yield* sleep();
  }),
);

test(
  "what the state of a thread does not allow is a ThreadError",
  virtually(function* () {
    const errors: unknown[] = [];
    const thread: Thread = new Thread({
      name: "worker",
      target: () => {
        try {
          void thread.join();
        } catch (error) {
          errors.push((error as Error).message);
        }
      },
    });
    expect(() => thread.join()).toThrow(ThreadError);
    expect(() => thread.join()).toThrow('Cannot join thread "worker" before it is started');
    thread.start();
    expect(() => thread.start()).toThrow(
      'Cannot start thread "worker" again: threads can only be started once',
    );
    const setDaemon = () => {
      thread.daemon = true;
    };
    expect(setDaemon).toThrow('Cannot set daemon status of thread "worker", which was started');
    yield* thread.join();
    expect(errors).toEqual(['Cannot join thread "worker", which is the current one']);
    expect(() => thread.start()).toThrow(ThreadError);
    expect(() => thread.setDaemon(true)).toThrow(ThreadError);
  }),
);

test("what can't be a thread is refused at the call", () => {
  const make = (options: unknown) => () => new Thread(options as never);
  expect(make(() => 1)).toThrow(/Cannot make a Thread of the function ".*": pass \{ target \}/);
  expect(make(null)).toThrow(TypeError);
  expect(make({ target: 5 })).toThrow("Cannot run 5 in a Thread: pass a function as target");
  expect(make({ args: "egon" })).toThrow(
    'Cannot call the target with "egon" as args: pass an array',
  );
  expect(make({ name: 5 })).toThrow("Cannot name a Thread 5: pass a string");
  expect(() => {
    new Thread().name = 5 as never;
  }).toThrow(TypeError);
});

test("threads without a name are numbered, with the name of their target", () => {
  const work = () => {};
  const number = (thread: Thread) => Number(/^Thread-(\d+)/.exec(thread.name)?.[1]);
  const first = new Thread({ target: work });
  const second = new Thread();
  expect(first.name).toMatch(/^Thread-\d+ \(work\)$/);
  expect(second.name).toMatch(/^Thread-\d+$/);
  expect(number(second)).toBe(number(first) + 1);
  expect(new Thread({ name: "mine", target: work }).name).toBe("mine");
  expect(number(new Thread({ target: () => 1 }))).toBe(number(first) + 2);
});

test(
  "the name can be changed, that of the fiber as well; the old methods do the same",
  virtually(function* () {
    const thread = new Thread({ target: () => sleep(1) });
    thread.setName("first");
    expect([thread.name, thread.getName()]).toEqual(["first", "first"]);
    thread.setDaemon(true);
    expect([thread.daemon, thread.isDaemon()]).toEqual([true, true]);
    thread.start();
    expect([thread.fiber?.name, thread.fiber?.daemon]).toEqual(["first", true]);
    thread.name = "second";
    expect([thread.getName(), thread.fiber?.name]).toEqual(["second", "second"]);
    yield* thread.join();
  }),
);

test(
  "a thread is a daemon if the one that makes it is, unless it is said otherwise",
  virtually(function* () {
    const seen: boolean[] = [];
    const target = () => {
      seen.push(new Thread().daemon, new Thread({ daemon: false }).daemon);
    };
    for (const daemon of [true, false]) {
      const thread = new Thread({ target, daemon });
      thread.start();
      yield* thread.join();
    }
    expect(seen).toEqual([true, false, false, false]);
    expect(new Thread({ daemon: true }).daemon).toBe(true);
  }),
);

test(
  "a thread can be killed by its fiber",
  virtually(function* () {
    const trace: string[] = [];
    const thread = new Thread({
      *target(): Body {
        try {
          yield* sleep("1 hour");
        } finally {
          trace.push("finally");
        }
      },
    });
    expect(thread.fiber).toBeUndefined();
    thread.start();
    yield* sleep();
    yield* thread.fiber?.kill() ?? [];
    yield* thread.join();
    expect([trace, thread.isAlive(), getHub().timers]).toEqual([["finally"], false, 0]);
  }),
);

test(
  "twenty threads run in the order of their start, and join from many fibers",
  virtually(function* () {
    const trace: number[] = [];
    const threads = Array.from(
      { length: 20 },
      (_, n) => new Thread({ target: () => trace.push(n) }),
    );
    for (const thread of threads) thread.start();
    const joiners = [1, 2].map(() =>
      spawn(function* () {
        for (const thread of threads) yield* thread.join();
        return trace.length;
      }),
    );
    for (const joiner of joiners) expect(yield* joiner).toBe(20);
    expect(trace).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(new Set(threads.map((thread) => thread.ident)).size).toBe(20);
  }),
);
