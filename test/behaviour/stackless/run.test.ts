import { getHub, joinAll, sleep, spawn, withTimeout, type Yieldable } from "fibril";
import {
  type Channel,
  channel,
  getCurrent,
  getMain,
  run,
  schedule,
  scheduleRemove,
  tasklet,
} from "fibril/stackless";
import { explore } from "fibril/testing";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

class Broken extends Error {}

function* failing(error: Error, turns = 0): Generator<Yieldable<unknown>, never, never> {
  for (let i = 0; i < turns; i++) yield* schedule();
  throw error;
}

test(
  "run is over when nobody can go on: those that are blocked or paused are left as they are",
  virtually(function* () {
    const trace: unknown[] = [];
    const words = channel<string>();
    function* output(name: string) {
      for (;;) trace.push(`${name} ${yield* words.receive()}`);
    }
    for (const name of ["a", "b", "c"]) tasklet(output)(name);
    const apart = tasklet(() => scheduleRemove())();
    tasklet(() => words.sendSequence(["x", "y"]))();
    yield* run();
    expect(trace).toEqual(["a x", "b y"]);
    expect([words.balance, apart.paused]).toEqual([-3, true]);
    yield* run();
    expect(getHub().fibers.filter((fiber) => !fiber.daemon).length).toBe(1);
    expect(yield* getHub().join()).toBe(true);
  }),
);

test(
  "run waits for tasklets that sleep, or wait for other fibers",
  virtually(function* () {
    const trace: unknown[] = [];
    const fiber = spawn(function* () {
      yield* sleep(20);
      return "fiber";
    });
    tasklet(function* () {
      yield* sleep(10);
      trace.push("slept");
    })();
    tasklet(function* () {
      trace.push(yield* fiber);
    })();
    yield* run();
    expect([trace, getHub().now()]).toEqual([["slept", "fiber"], 20]);
  }),
);

test(
  "an error that ends a tasklet is thrown out of run, before anybody else goes on",
  virtually(function* () {
    const trace: unknown[] = [];
    const error = new Broken();
    tasklet(failing)(error, 1);
    tasklet(function* () {
      trace.push("one");
      yield* schedule();
      trace.push("two");
    })();
    expect(yield* thrownBy(run())).toBe(error);
    trace.push("main");
    yield* run();
    expect(trace).toEqual(["one", "main", "two"]);
  }),
);

test(
  "without a run it is thrown where the main tasklet stands: in schedule, run of a tasklet or a channel",
  virtually(function* () {
    const words = channel<string>();
    for (const wait of [
      () => schedule(),
      () => words.receive(),
      () => words.send(""),
      () => scheduleRemove(),
    ]) {
      const error = new Broken();
      tasklet(failing)(error);
      expect(yield* thrownBy(wait())).toBe(error);
      expect(words.balance).toBe(0);
    }
    const error = new Broken();
    expect(yield* thrownBy(tasklet(failing)(error).run())).toBe(error);
    yield* schedule();
  }),
);

test(
  "an error while the main tasklet is elsewhere is the failure of the tasklet's fiber",
  virtually(function* () {
    const error = new Broken();
    const task = tasklet(failing)(error);
    const { fiber } = task;
    yield* sleep(1);
    expect(task.alive).toBe(false);
    expect(fiber?.exception).toBe(error);
    yield* run();
  }),
);

test(
  "a tasklet's failure that a join sees is thrown out of run all the same",
  virtually(function* () {
    const error = new Broken();
    const { fiber } = tasklet(failing)(error);
    tasklet(function* () {
      expect(yield* fiber?.join() ?? []).toBe(true);
    })();
    expect(yield* thrownBy(run())).toBe(error);
    yield* run();
  }),
);

test(
  "a tasklet may run the others; the outer run waits for it",
  virtually(function* () {
    const trace: unknown[] = [];
    const error = new Broken();
    tasklet(function* () {
      trace.push("inner runs");
      expect(getCurrent().paused).toBe(false);
      yield* run();
      trace.push("inner over");
      tasklet(failing)(error);
      expect(yield* thrownBy(run())).toBe(error);
      yield* sleep(5);
    })();
    tasklet(function* () {
      yield* sleep(10);
      trace.push("other over");
    })();
    yield* run();
    trace.push(getHub().now());
    expect(trace).toEqual(["inner runs", "other over", "inner over", 15]);
  }),
);

test(
  "run can be timed out and killed, and leaves nothing behind",
  virtually(function* () {
    const trace: unknown[] = [];
    tasklet(function* () {
      yield* sleep(10);
      trace.push("slept");
    })();
    expect(yield* withTimeout(5, run(), { value: "late" })).toBe("late");
    const never = channel<void>();
    const runner = tasklet(() => run())();
    tasklet(() => never.receive())();
    yield* schedule();
    yield* schedule();
    yield* runner.kill();
    yield* run();
    expect([trace, runner.alive, getHub().now()]).toEqual([["slept"], false, 10]);
  }),
);

test(
  "a run with a timeout is over before that when all is quiet, in a tasklet as well",
  virtually(function* () {
    const trace: unknown[] = [];
    tasklet(function* () {
      trace.push(yield* withTimeout("1 hour", run(), { value: "late" }), getHub().now());
    })();
    tasklet(() => sleep(5))();
    yield* withTimeout("1 hour", run());
    expect([trace, getHub().now(), getHub().timers]).toEqual([[undefined, 5], 5, 0]);
  }),
);

test(
  "every fiber that is no tasklet has tasklets of its own, and runs only them",
  virtually(function* () {
    const trace: unknown[] = [];
    function* server(name: string, ms: number) {
      const main = getCurrent();
      expect([main.isMain, getMain()]).toEqual([true, main]);
      tasklet(function* () {
        expect(getMain()).toBe(main);
        yield* sleep(ms);
        tasklet(() => trace.push(`${name} child`))();
      })();
      yield* run();
      trace.push(`${name} over at ${getHub().now()}`);
    }
    yield* joinAll([spawn(server, "slow", 20), spawn(server, "fast", 10)]);
    expect(trace).toEqual(["fast child", "fast over at 10", "slow child", "slow over at 20"]);
  }),
);

test(
  "fibers and the tasklets of others meet in a channel; nobody switches then",
  virtually(function* () {
    const trace: unknown[] = [];
    const words = channel<string>();
    const other = spawn(function* () {
      tasklet(function* () {
        trace.push(`got ${yield* words.receive()}`);
        yield* words.send("answer");
        trace.push("answered");
      })();
      yield* run();
      trace.push("run over");
      yield* sleep(10);
    });
    yield* sleep(1);
    expect(words.balance).toBe(-1);
    yield* words.send("question");
    trace.push("asked");
    expect(yield* words.receive()).toBe("answer");
    yield* other;
    expect(trace).toEqual(["run over", "asked", "got question", "answered"]);
  }),
);

test(
  "a tasklet of another main is run next there, and the caller goes on",
  virtually(function* () {
    const trace: unknown[] = [];
    function* note() {
      trace.push("task");
    }
    const task = tasklet(note, []);
    const other = spawn(function* () {
      const error = yield* thrownBy(task.switch());
      yield* task.run();
      trace.push("caller");
      return error;
    });
    tasklet(() => trace.push("before"))();
    yield* run();
    expect(trace).toEqual(["caller", "task", "before"]);
    expect(yield* other).toMatchObject({
      message: expect.stringMatching(
        /^Cannot switch to tasklet "note-.*", whose main tasklet is another/,
      ),
    });
  }),
);

test("at the top level the order is the same: what an await gives goes first", async () => {
  const trace: unknown[] = [];
  const words = channel<string>();
  const error = new Broken();
  tasklet(function* () {
    trace.push(yield* words.receive());
    yield* schedule();
    trace.push("receiver");
  })();
  tasklet(failing)(error, 2);
  await schedule();
  trace.push("main");
  await words.send("word");
  trace.push("sent");
  await expect(run().then()).rejects.toBe(error);
  trace.push("caught");
  await run();
  expect(trace).toEqual(["main", "word", "sent", "receiver", "caught"]);
  expect(getCurrent()).toBe(getMain());
});

test("sends and receives of the top level meet though both are awaited at once", async () => {
  const words = channel<string>();
  expect(
    await Promise.all([words.receive(), words.receive(), words.send("a"), words.send("b")]),
  ).toEqual(["a", "b", undefined, undefined]);
});

test(
  "a tasklet may be an async function",
  virtually(function* () {
    const trace: unknown[] = [];
    const words = channel<string>();
    const task = tasklet(async () => {
      expect(getCurrent()).toBe(task);
      trace.push(await words.receive());
      await schedule();
      expect(getCurrent()).toBe(task);
      trace.push(await words.receive());
    })();
    tasklet(function* () {
      yield* words.send("one");
      trace.push("sent");
    })();
    yield* run();
    expect([trace, task.blocked, words.balance]).toEqual([["one", "sent"], true, -1]);
    yield* words.send("two");
    yield* run();
    expect([trace.at(-1), task.alive]).toEqual(["two", false]);
  }),
);

test("the order of tasklets does not depend on that of other fibers", async () => {
  const traces = new Set<string>();
  await explore(
    function* () {
      const trace: string[] = [];
      const words: Channel<string> = channel();
      spawn({ daemon: true }, function* () {
        for (let i = 0; i < 50; i++) yield* sleep();
      });
      function* worker(name: string) {
        for (let n = 0; n < 3; n++) {
          trace.push(`${name}${yield* words.receive()}`);
          yield* schedule();
        }
      }
      for (const name of "ab") tasklet(worker)(name);
      tasklet(() => words.sendSequence("123456"))();
      yield* run();
      traces.add(trace.join());
    },
    { seeds: 30 },
  );
  expect([...traces]).toEqual(["a1,b2,a3,b4,a5,b6"]);
});
