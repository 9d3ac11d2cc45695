import { getHub, sleep } from "fibril";
import {
  atomic,
  channel,
  getCurrent,
  getMain,
  getRunCount,
  run,
  schedule,
  scheduleRemove,
  switchTrap,
  Tasklet,
  TaskletError,
  tasklet,
} from "fibril/stackless";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

/** Tasklets that note their name when they run. */
function noting(trace: unknown[], names: string): Tasklet[] {
  return [...names].map((name) => tasklet(() => trace.push(name))());
}

test(
  "a call gives the arguments and makes the tasklet the last to run, and gives the tasklet itself",
  virtually(function* () {
    const trace: unknown[] = [];
    const first = tasklet((...args: number[]) => trace.push(args));
    expect(first.alive).toBe(false);
    expect(first(1, 2)).toBe(first);
    const second = tasklet((name: string) => trace.push(name)).setup("b");
    expect(trace).toEqual([]);
    expect([first.alive, first.scheduled, second.scheduled]).toEqual([true, true, true]);
    yield* run();
    expect(trace).toEqual([[1, 2], "b"]);
    expect([first.alive, first.scheduled, first.paused]).toEqual([false, false, false]);
  }),
);

test(
  "schedule goes to the end of the runnables, whoever they are",
  virtually(function* () {
    const trace: string[] = [];
    function* steps(name: string) {
      for (let n = 1; n <= 3; n++) {
        trace.push(`${name}${n}`);
        yield* schedule();
      }
    }
    for (const name of "abc") tasklet(steps)(name);
    yield* schedule();
    trace.push("main");
    yield* run();
    expect(trace).toEqual(["a1", "b1", "c1", "main", "a2", "b2", "c2", "a3", "b3", "c3"]);
  }),
);

test(
  "schedule gives its value, or the tasklet, or what somebody made of it meanwhile",
  virtually(function* () {
    const got: unknown[] = [];
    const task = tasklet(function* () {
      got.push(yield* schedule(), yield* schedule(undefined), yield* schedule(42));
      got.push(yield* schedule("own"));
    })();
    for (let i = 0; i < 4; i++) yield* schedule();
    expect(task.tempval).toBe("own");
    task.tempval = "set";
    yield* run();
    expect(got).toEqual([task, undefined, 42, "set"]);
  }),
);

test(
  "without arguments it is bound and not alive; with them it lives, paused, until it is inserted",
  virtually(function* () {
    const trace: unknown[] = [];
    const task = tasklet();
    const flags = () => [task.alive, task.paused, task.scheduled, task.blocked];
    expect(flags()).toEqual([false, false, false, false]);
    const bound = task.bind((a: number, b: object) => trace.push([a, b]));
    expect(bound).toBe(task);
    expect(flags()).toEqual([false, false, false, false]);
    task.bind(undefined, [1], { b: 2 });
    expect(flags()).toEqual([true, true, false, false]);
    yield* run();
    expect(trace).toEqual([]);
    expect(task.insert()).toBe(task);
    expect(flags()).toEqual([true, false, true, false]);
    yield* run();
    expect(trace).toEqual([[1, { b: 2 }]]);
    const again = tasklet((n: number) => trace.push(n), [3]);
    expect(again.paused).toBe(true);
    yield* again.run();
    expect(trace.at(-1)).toBe(3);
  }),
);

test(
  "one that lives can't be bound again, one that is dead or has not begun can",
  virtually(function* () {
    const trace: unknown[] = [];
    const never = channel<void>();
    const task = tasklet(() => never.receive())();
    const note = (what: string) => trace.push(what);
    expect(() => task.bind(note)).toThrow(TaskletError);
    expect(() => task.setup()).toThrow(/Cannot set up tasklet ".*", which lives/);
    task.remove();
    const noting = task.bind(note);
    expect(task.alive).toBe(false);
    noting.setup("second");
    yield* run();
    expect(() => noting.setup("third")).toThrow("Cannot set up a tasklet without a function");
    task.bind(note, ["third"]);
    expect(task.bind().alive).toBe(false);
    task.bind(note)("fourth");
    yield* run();
    const blocked = tasklet(() => never.receive())();
    yield* run();
    expect(() => blocked.bind(note)).toThrow(/Cannot bind tasklet .*which lives/);
    expect(trace).toEqual(["second", "fourth"]);
    expect(getHub().fibers.filter((fiber) => !fiber.daemon).length).toBe(1);
  }),
);

test("what can't be a tasklet is refused at the call", () => {
  const make = tasklet as unknown as (...args: unknown[]) => Tasklet<unknown[]>;
  expect(() => make(42)).toThrow("Cannot bind a tasklet to 42: pass a generator function");
  expect(() => make(() => 1, 5)).toThrow("Cannot bind a tasklet to the arguments 5: pass an array");
  expect(() => make(async function* () {})()).toThrow(/async generator/);
  expect(() => tasklet().insert()).toThrow(TaskletError);
  expect(() => make(() => 1)(1).kill(true as never)).toThrow(/Cannot kill a tasklet with true/);
});

test(
  "remove pauses a runnable one, which keeps what it was going to get; insert makes it the last",
  virtually(function* () {
    const trace: unknown[] = [];
    const task = tasklet(function* () {
      trace.push(yield* schedule("value"));
    })();
    yield* schedule();
    const [other] = noting(trace, "o") as [Tasklet];
    expect(task.remove()).toBe(task);
    expect([task.paused, task.tempval]).toEqual([true, "value"]);
    expect(task.remove()).toBe(task);
    yield* schedule();
    expect(trace).toEqual(["o"]);
    expect(other.remove().alive).toBe(false);
    noting(trace, "p");
    task.insert().insert();
    yield* run();
    expect(trace).toEqual(["o", "p", "value"]);
  }),
);

test(
  "neither the running one nor one that waits can be removed, and nobody can run that",
  virtually(function* () {
    const never = channel<void>();
    const blocked = tasklet(() => never.receive())();
    const asleep = tasklet(function* nap() {
      yield* sleep(10);
    })();
    yield* schedule();
    expect([asleep.scheduled, asleep.paused, asleep.blocked]).toEqual([true, false, false]);
    expect(() => getCurrent().remove()).toThrow(/Cannot remove tasklet "main", which runs/);
    expect(() => blocked.remove()).toThrow(/which waits in channel.receive/);
    expect(() => asleep.remove()).toThrow(
      /Cannot remove tasklet "nap-.*", which waits in sleep\(10ms\)/,
    );
    expect(() => blocked.insert()).toThrow(TaskletError);
    expect(asleep.insert()).toBe(asleep);
    expect(yield* thrownBy(blocked.run())).toBeInstanceOf(TaskletError);
    expect(yield* thrownBy(asleep.switch())).toMatchObject({
      name: "TaskletError",
      message: expect.stringMatching(/^Cannot run tasklet "nap-.*", which waits in sleep\(10ms\)$/),
    });
    expect(yield* thrownBy(tasklet(() => 1).run())).toMatchObject({
      message: expect.stringContaining("which is dead or has no arguments yet"),
    });
    yield* run();
    expect(getHub().now()).toBe(10);
  }),
);

test(
  "run goes on with a runnable one at once, and then with those behind it",
  virtually(function* () {
    const trace: unknown[] = [];
    const [, b] = noting(trace, "abc") as [Tasklet, Tasklet];
    yield* b.run();
    trace.push("main");
    yield* run();
    expect(trace).toEqual(["b", "c", "main", "a"]);
  }),
);

test(
  "run goes on with a paused one and then with the caller",
  virtually(function* () {
    const trace: unknown[] = [];
    noting(trace, "ab");
    const task = tasklet(function* () {
      trace.push("t");
      yield* schedule();
      trace.push("t again");
    }, []);
    yield* task.run();
    trace.push("main");
    yield* run();
    expect(trace).toEqual(["t", "main", "a", "b", "t again"]);
  }),
);

test(
  "run and switch give the caller's tempval, and are nothing on oneself",
  virtually(function* () {
    const nothing = tasklet(() => 1);
    expect(yield* nothing.bind(() => 1, []).run()).toBeUndefined();
    getCurrent().tempval = "kept";
    expect(yield* nothing.bind(() => 1, []).run()).toBe("kept");
    expect(getCurrent().tempval).toBeUndefined();
    getCurrent().tempval = "self";
    expect(yield* getCurrent().run()).toBe("self");
    expect(yield* getCurrent().switch()).toBeUndefined();
  }),
);

test(
  "switch goes on with another one and pauses the caller",
  virtually(function* () {
    const trace: unknown[] = [];
    const first: Tasklet = tasklet(function* () {
      trace.push("first");
      yield* second.switch();
      trace.push("first again");
    })();
    const second = tasklet(function* () {
      trace.push("second");
      expect([first.paused, first.scheduled]).toEqual([true, false]);
      yield* schedule();
      trace.push("second again");
    }, []);
    noting(trace, "a");
    yield* run();
    expect(trace).toEqual(["first", "second", "a", "second again"]);
    expect(first.paused).toBe(true);
    yield* first.run();
    expect(trace.at(-1)).toBe("first again");
  }),
);

test(
  "the main tasklet may switch away, and is inserted like any other",
  virtually(function* () {
    const trace: unknown[] = [];
    const main = getMain();
    const waker = tasklet(function* () {
      trace.push(main.paused);
      yield* schedule();
      main.insert();
      trace.push("inserted");
    })();
    noting(trace, "a");
    yield* waker.switch();
    trace.push("main");
    expect(trace).toEqual([true, "a", "inserted", "main"]);
  }),
);

test(
  "scheduleRemove pauses the tasklet that yields it, and gives what schedule gives",
  virtually(function* () {
    const got: unknown[] = [];
    const task = tasklet(function* () {
      got.push(yield* scheduleRemove(), yield* scheduleRemove("value"), yield* scheduleRemove());
    })();
    yield* run();
    expect([task.paused, task.tempval]).toEqual([true, task]);
    yield* task.insert().run();
    expect(task.tempval).toBe("value");
    yield* task.run();
    task.tempval = "set";
    yield* task.run();
    expect(got).toEqual([task, "value", "set"]);
    expect(task.alive).toBe(false);
  }),
);

test(
  "getCurrent, getMain and the run count are right in each tasklet",
  virtually(function* () {
    const main = getCurrent();
    expect([main.isMain, main.isCurrent, main.alive, getMain()]).toEqual([true, true, true, main]);
    expect(getRunCount()).toBe(1);
    const counts: number[] = [];
    const task: Tasklet = tasklet(function* () {
      expect([getCurrent(), getMain(), main.isCurrent]).toEqual([task, main, false]);
      expect([task.isCurrent, task.isMain]).toEqual([true, false]);
      counts.push(getRunCount());
      yield* sleep(1);
      expect(getCurrent()).toBe(task);
    })();
    expect(getRunCount()).toBe(2);
    yield* task.run();
    counts.push(getRunCount());
    yield* run();
    expect(counts).toEqual([2, 1]);
  }),
);

test(
  "the runnables are a circle with the running one in it; a tasklet that is nowhere has no neighbours",
  virtually(function* () {
    const main = getCurrent();
    expect([main.next, main.prev]).toEqual([main, main]);
    const [a, b] = noting([], "ab") as [Tasklet, Tasklet];
    expect([main.next, a.next, b.next]).toEqual([a, b, main]);
    expect([main.prev, a.prev, b.prev]).toEqual([b, main, a]);
    const apart = tasklet(() => 1);
    expect([apart.next, apart.prev]).toEqual([undefined, undefined]);
    apart.bind(() => 1, []);
    expect([apart.next, apart.prev]).toEqual([undefined, undefined]);
    yield* run();
    expect(a.next).toBeUndefined();
  }),
);

test(
  "while the switch trap is set whatever switches throws, and nothing has happened",
  virtually(function* () {
    const trace: unknown[] = [];
    const channelOfMain = channel<number>();
    const receiver = tasklet(function* () {
      trace.push(yield* channelOfMain.receive());
    })();
    yield* schedule();
    yield* schedule();
    const [other] = noting(trace, "o") as [Tasklet];
    expect(switchTrap(1)).toBe(1);
    expect(switchTrap(1)).toBe(2);
    const attempts = [
      schedule(),
      scheduleRemove(),
      run(),
      other.run(),
      other.switch(),
      channelOfMain.send(1),
      channel().receive(),
    ];
    for (const attempt of attempts) {
      expect(yield* thrownBy(attempt)).toMatchObject({
        name: "TaskletError",
        message: "Cannot switch to another tasklet: the switch trap is set, at level 2",
      });
    }
    expect(() => other.kill()).toThrow(TaskletError);
    expect([trace, receiver.blocked, channelOfMain.balance]).toEqual([[], true, -1]);
    channelOfMain.preference = 0;
    yield* channelOfMain.send(2);
    yield* sleep(1);
    expect(switchTrap(-2)).toBe(0);
    yield* run();
    expect(trace.sort()).toEqual([2, "o"]);
    expect(() => switchTrap(0.5)).toThrow(RangeError);
  }),
);

test(
  "atomic is a note that changes nothing",
  virtually(function* () {
    const trace: unknown[] = [];
    noting(trace, "a");
    const section = atomic();
    expect(getCurrent().atomic).toBe(true);
    yield* schedule();
    section[Symbol.dispose]();
    expect([getCurrent().atomic, trace]).toEqual([false, ["a"]]);
    expect([getCurrent().setAtomic(true), getCurrent().setAtomic(false)]).toEqual([false, true]);
  }),
);

test(
  "a subclass has attributes of its own, and is called like a tasklet",
  virtually(function* () {
    class Job extends Tasklet<[number]> {
      done = 0;
      twice(): number {
        return this.done * 2;
      }
    }
    const job: Job = new Job((n: number) => {
      job.done += n;
    });
    expect([job(4), job instanceof Tasklet, typeof job]).toEqual([job, true, "function"]);
    expect(job.name).toMatch(/^fiber-|^tasklet-/);
    yield* run();
    expect([job.done, job.twice()]).toEqual([4, 8]);
    expect(new Map([[job, 1]]).get(job)).toBe(1);
  }),
);
