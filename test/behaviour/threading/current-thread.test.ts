import { sleep, spawn, type Yieldable } from "fibril";
import {
  activeCount,
  currentThread,
  enumerate,
  getIdent,
  local,
  mainThread,
  startNewThread,
  Thread,
  ThreadError,
} from "fibril/threading";
import { expect, test } from "vitest";
import { virtually } from "../../harness/virtual.ts";

type Body = Generator<Yieldable, void, unknown>;

test("at the top level the current thread is the main one, which neither starts nor ends", async () => {
  const main = currentThread();
  expect(main).toBe(mainThread());
  expect([main.name, main.isAlive(), main.daemon, main.ident]).toEqual([
    "MainThread",
    true,
    false,
    getIdent(),
  ]);
  expect(main).toBeInstanceOf(Thread);
  expect(() => main.start()).toThrow(ThreadError);
  expect(() => main.join()).toThrow(/Cannot join the main thread/);
  expect(() => main.setDaemon(true)).toThrow(ThreadError);
  await sleep();
  expect(currentThread()).toBe(main);
});

test(
  "in a thread it is that thread, also in what it calls and after its waits",
  virtually(function* () {
    const seen: boolean[] = [];
    const look = (thread: Thread) => {
      seen.push(currentThread() === thread, getIdent() === thread.ident);
    };
    const thread: Thread = new Thread({
      *target(): Body {
        look(thread);
        yield* sleep(1);
        [1].forEach(() => void look(thread));
      },
    });
    thread.start();
    yield* thread.join();
    expect(seen).toEqual([true, true, true, true]);
  }),
);

test(
  "a fiber that is no thread has one that stands for it",
  virtually(function* () {
    const fiber = spawn({ name: "plain", daemon: true }, function* () {
      const thread = currentThread();
      yield* sleep(1);
      expect(currentThread()).toBe(thread);
      expect([thread.name, thread.daemon, thread.isAlive(), thread.ident]).toEqual([
        "plain",
        true,
        true,
        getIdent(),
      ]);
      expect(() => thread.start()).toThrow(ThreadError);
      return thread;
    });
    const thread = yield* fiber;
    expect([thread.isAlive(), thread.fiber]).toEqual([false, fiber]);
    yield* thread.join();
  }),
);

test(
  "enumerate gives the threads that live, the main one first; activeCount counts them",
  virtually(function* () {
    const threads = [1, 2].map((n) => new Thread({ target: () => sleep(n) }));
    expect([enumerate(), activeCount()]).toEqual([[mainThread()], 1]);
    for (const thread of threads) thread.start();
    expect([enumerate(), activeCount()]).toEqual([[mainThread(), ...threads], 3]);
    yield* threads[0]?.join() ?? [];
    expect(enumerate()).toEqual([mainThread(), threads[1]]);
    yield* threads[1]?.fiber?.kill() ?? [];
    expect(activeCount()).toBe(1);
  }),
);

test(
  "startNewThread starts a thread of a function and gives its ident",
  virtually(function* () {
    const trace: unknown[] = [];
    const ident = startNewThread((...args: unknown[]) => trace.push(args, getIdent()), [1, 2]);
    expect([typeof ident, trace]).toEqual(["number", []]);
    const [, thread] = enumerate();
    expect(thread?.ident).toBe(ident);
    yield* thread?.join() ?? [];
    expect(trace).toEqual([[1, 2], ident]);
    startNewThread((...args: unknown[]) => trace.push(args), [], { key: 3 });
    yield* sleep();
    expect(trace.at(-1)).toEqual([{ key: 3 }]);
    expect(() => startNewThread(5 as never, [])).toThrow(TypeError);
    expect(() => startNewThread(() => 1, "ab" as never)).toThrow(TypeError);
  }),
);

test(
  "local gives every thread attributes of its own",
  virtually(function* () {
    const data = new local<{ name?: string }>();
    data.name = "main";
    const seen: unknown[] = [];
    const threads = ["a", "b"].map(
      (name) =>
        new Thread({
          *target(): Body {
            seen.push(data.name);
            data.name = name;
            yield* sleep(1);
            seen.push(data.name);
          },
        }),
    );
    for (const thread of threads) thread.start();
    for (const thread of threads) yield* thread.join();
    expect([seen, data.name]).toEqual([[undefined, undefined, "a", "b"], "main"]);
  }),
);
