import { getHub, joinAll, kill, sleep, spawn, until } from "fibril";
import { expect, test } from "vitest";
import { virtually } from "../../harness/virtual.ts";

test(
  "spawned bodies start in FIFO order, at the next wait of the spawner",
  virtually(function* () {
    const trace: unknown[] = [];
    for (let i = 0; i < 3; i++) spawn((n: number) => trace.push(n), i);
    trace.push("main");
    yield* sleep();
    expect(trace).toEqual(["main", 0, 1, 2]);
  }),
);

test("nothing of a body runs before the code that spawned it at the top level has ended", async () => {
  const trace: string[] = [];
  const fiber = spawn(() => trace.push("body"));
  trace.push("top level");
  await fiber;
  expect(trace).toEqual(["top level", "body"]);
});

test(
  "sleep(0) goes to the tail of the queue",
  virtually(function* () {
    const trace: string[] = [];
    function* body(name: string) {
      trace.push(`${name}A`);
      yield* sleep(0);
      trace.push(`${name}B`);
    }
    yield* joinAll([spawn(body, "1"), spawn(body, "2")]);
    expect(trace).toEqual(["1A", "2A", "1B", "2B"]);
  }),
);

test(
  "a negative sleep is sleep(0)",
  virtually(function* () {
    const trace: string[] = [];
    spawn(() => trace.push("other"));
    yield* sleep(-1000);
    trace.push("main");
    expect(trace).toEqual(["other", "main"]);
    expect(getHub().now()).toBe(0);
  }),
);

test(
  "a fiber spawned inside a fiber runs after what is queued and before its spawner goes on",
  virtually(function* () {
    const trace: string[] = [];
    const outer = spawn(function* () {
      trace.push("outer");
      spawn(() => trace.push("inner"));
      yield* sleep();
      trace.push("outer again");
    });
    spawn(() => trace.push("sibling"));
    yield* outer;
    expect(trace).toEqual(["outer", "sibling", "inner", "outer again"]);
  }),
);

test(
  "callbacks of the hub and fibers share one queue",
  virtually(function* () {
    const trace: string[] = [];
    getHub().runCallback((name: string) => trace.push(name), "callback");
    spawn(() => trace.push("fiber"));
    getHub().runCallback(() => trace.push("callback 2"));
    yield* sleep();
    expect(trace).toEqual(["callback", "fiber", "callback 2"]);
  }),
);

test(
  "the kill of a started fiber is thrown at the tail of the queue, its links run one hop later",
  virtually(function* () {
    const trace: string[] = [];
    const killed = spawn(function* () {
      try {
        yield* sleep("1 hour");
      } finally {
        trace.push("killed");
      }
    });
    killed.link(() => trace.push("link"));
    yield* sleep();
    spawn(() => trace.push("spawned before"));
    void kill(killed);
    trace.push("main goes on");
    spawn(() => trace.push("spawned after"));
    yield* sleep();
    expect(trace).toEqual(["main goes on", "spawned before", "killed", "spawned after"]);
    yield* sleep();
    expect(trace.at(-1)).toBe("link");
  }),
);

test(
  "those who join one fiber are woken in the order in which they came, by one wake-up at the tail",
  virtually(function* () {
    const trace: string[] = [];
    const target = spawn(function* () {
      yield* sleep(1);
      spawn(() => trace.push("spawned by the target"));
      trace.push("end");
    });
    for (const name of ["first", "second", "third"]) {
      spawn(function* () {
        yield* target.join();
        trace.push(name);
      });
    }
    yield* sleep(2);
    expect(trace).toEqual(["end", "spawned by the target", "first", "second", "third"]);
  }),
);

test(
  "sleepers wake by deadline, those with equal deadlines in the order in which they began",
  virtually(function* () {
    const trace: string[] = [];
    function* body(name: string, ms: number) {
      yield* sleep(ms);
      trace.push(name);
    }
    for (const [name, ms] of [
      ["a", 5],
      ["b", 3],
      ["c", 5],
      ["d", 1],
      ["e", 3],
    ] as const) {
      spawn(body, name, ms);
    }
    yield* sleep(10);
    expect(trace).toEqual(["d", "b", "e", "a", "c"]);
  }),
);

test(
  "deadlines are absolute: a sleep that began later but is shorter may end together with another",
  virtually(function* () {
    const trace: string[] = [];
    spawn(function* () {
      yield* sleep(10);
      trace.push(`whole at ${getHub().now()}`);
    });
    spawn(function* () {
      for (let i = 0; i < 5; i++) yield* sleep(2);
      trace.push(`in parts at ${getHub().now()}`);
    });
    yield* sleep(11);
    expect(trace).toEqual(["whole at 10", "in parts at 10"]);
  }),
);

test(
  "a sleep of any positive length goes through the timers, behind all that is ready",
  virtually(function* () {
    const trace: string[] = [];
    spawn(function* () {
      yield* sleep(0.001);
      trace.push("slept");
    });
    spawn(function* () {
      for (let i = 0; i < 5; i++) yield* sleep();
      trace.push("yielded 5 times");
    });
    yield* sleep(1);
    expect(trace).toEqual(["yielded 5 times", "slept"]);
  }),
);

test("fibers that yield for ever starve neither timers nor promises nor the host", async () => {
  let spinning = true;
  const spinner = spawn(function* () {
    while (spinning) yield* sleep(0);
    return "stopped";
  });
  await sleep(1);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(spinner.dead).toBe(false);
  spinning = false;
  expect(await spinner).toBe("stopped");
});

test("one fiber that runs for long between its waits does not keep the others from their turn", async () => {
  const trace: string[] = [];
  const busy = spawn(function* () {
    for (let i = 0; i < 3; i++) {
      const end = performance.now() + 5;
      while (performance.now() < end);
      trace.push(`busy ${i}`);
      yield* sleep();
    }
  });
  const other = spawn(function* () {
    for (let i = 0; i < 3; i++) {
      trace.push(`other ${i}`);
      yield* sleep();
    }
  });
  await joinAll([busy, other]);
  expect(trace).toEqual(["busy 0", "other 0", "busy 1", "other 1", "busy 2", "other 2"]);
});

test("a turn that is cut off by its budget goes on where it stopped", async () => {
  const order: number[] = [];
  const body = (n: number) => void order.push(n);
  const fibers = Array.from({ length: 20_000 }, (_, n) => spawn(body, n));
  await joinAll(fibers);
  expect(order).toEqual(fibers.map((_, n) => n));
});

test(
  "a fiber woken by a promise takes its place at the tail",
  virtually(function* () {
    const trace: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = spawn(function* () {
      yield* until(promise);
      trace.push("woken");
    });
    yield* sleep();
    resolve();
    spawn(() => trace.push("spawned after resolve"));
    yield* waiter;
    expect(trace).toEqual(["spawned after resolve", "woken"]);
  }),
);
