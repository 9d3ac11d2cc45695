import { getHub, isControl, sleep, withTimeout, type Yieldable } from "fibril";
import {
  channel,
  getCurrent,
  run,
  schedule,
  scheduleRemove,
  type Tasklet,
  TaskletError,
  TaskletExit,
  tasklet,
} from "fibril/stackless";
import { expect, test } from "vitest";
import { takeErrors } from "../../harness/console.ts";
import { thrownBy, virtually } from "../../harness/virtual.ts";

class Broken extends Error {}

/** A tasklet that notes what is thrown at `wait`, and how it ends. */
function catching(trace: unknown[], wait: () => Yieldable<unknown>): Tasklet {
  return tasklet(function* (): Generator<Yieldable<unknown>, void, unknown> {
    try {
      trace.push(yield* wait());
    } catch (error) {
      trace.push((error as Error).name);
      if (isControl(error)) throw error;
    } finally {
      trace.push("over");
    }
  })();
}

test(
  "kill ends one that is runnable, paused, blocked or asleep, its finally runs, and nobody is told",
  virtually(function* () {
    const never = channel<void>();
    const waits = [
      () => schedule(),
      () => scheduleRemove(),
      () => never.receive(),
      () => never.send(),
      () => sleep("1 hour"),
    ];
    for (const wait of waits) {
      const trace: unknown[] = [];
      const task = catching(trace, wait);
      yield* schedule();
      yield* task.kill();
      expect(trace).toEqual(["TaskletExit", "over"]);
      expect([task.alive, task.blocked, never.balance]).toEqual([false, false, 0]);
    }
    yield* run();
    expect(getHub().timers).toBe(0);
    expect(getHub().fibers.length).toBe(1);
  }),
);

test(
  "kill puts one that is nowhere before the caller, and turns to a runnable one where it stands",
  virtually(function* () {
    const trace: unknown[] = [];
    const dying = (name: string, wait: () => Yieldable<unknown>) =>
      tasklet(function* () {
        try {
          yield* wait();
        } finally {
          trace.push(name);
        }
      })();
    const paused = dying("paused", () => scheduleRemove());
    const runnable = dying("runnable", () => schedule());
    yield* schedule();
    tasklet(() => trace.push("behind"))();
    yield* paused.kill();
    trace.push("main");
    yield* runnable.kill();
    trace.push("main again");
    expect(trace).toEqual(["paused", "main", "runnable", "behind", "main again"]);
  }),
);

test(
  "a pending kill makes it the last to run and leaves the caller running; it acts at the call",
  virtually(function* () {
    const trace: unknown[] = [];
    const task = catching(trace, () => scheduleRemove());
    yield* run();
    tasklet(() => trace.push("other"))();
    void task.kill({ pending: true });
    expect([task.paused, task.scheduled]).toEqual([false, true]);
    trace.push("main");
    yield* run();
    expect(trace).toEqual(["main", "other", "TaskletExit", "over"]);
    yield* task.kill();
    yield* task.kill({ pending: true });
  }),
);

test(
  "one that has not begun never runs, whichever way it is killed",
  virtually(function* () {
    const trace: unknown[] = [];
    const body = () => trace.push("ran");
    const scheduled = tasklet(body)();
    yield* scheduled.kill();
    const bound = tasklet(body, []);
    yield* bound.kill();
    const pending = tasklet(body, []);
    yield* pending.kill({ pending: true });
    expect(pending.scheduled).toBe(true);
    const byFiber = tasklet(body)();
    yield* byFiber.fiber?.kill() ?? [];
    const boundByFiber = tasklet(body, []);
    yield* boundByFiber.fiber?.kill() ?? [];
    yield* run();
    const all = [scheduled, bound, pending, byFiber, boundByFiber];
    expect([all.map((each) => each.alive), trace]).toEqual([Array(5).fill(false), []]);
    expect(getHub().fibers.length).toBe(1);
    yield* tasklet().kill();
  }),
);

test(
  "a killed tasklet may catch it and live on",
  virtually(function* () {
    const trace: unknown[] = [];
    let isOver = false;
    const task = tasklet(function* () {
      while (!isOver) {
        try {
          yield* scheduleRemove();
        } catch (error) {
          trace.push((error as Error).name);
        }
      }
    })();
    yield* run();
    yield* task.kill();
    yield* task.throw(new Broken());
    expect([task.alive, task.paused, trace]).toEqual([true, true, ["TaskletExit", "Error"]]);
    isOver = true;
    yield* task.run();
  }),
);

test(
  "the running one kills itself at the call",
  virtually(function* () {
    const trace: unknown[] = [];
    const task = tasklet(function* () {
      try {
        yield* getCurrent().kill();
        trace.push("never");
      } finally {
        trace.push("finally");
      }
    })();
    yield* run();
    expect([task.alive, trace]).toEqual([false, ["finally"]]);
    expect(() => getCurrent().throw(Broken)).toThrow(Broken);
  }),
);

test(
  "throw takes an error or a class, raiseException a class and its arguments; the caller goes on after it",
  virtually(function* () {
    const caught: unknown[] = [];
    const task = tasklet(function* () {
      while (caught.length < 5) {
        try {
          yield* scheduleRemove();
        } catch (error) {
          caught.push(error);
        }
      }
    })();
    yield* run();
    const error = new Broken("own");
    yield* task.throw(error);
    yield* task.throw(Broken);
    yield* task.raiseException(Broken, "with a message");
    yield* task.throw(Error, { pending: true });
    expect(caught.length).toBe(3);
    yield* run();
    expect(caught[0]).toBe(error);
    expect(caught[1]).toBeInstanceOf(Broken);
    expect(caught[2]).toMatchObject({ message: "with a message" });
    expect(caught[3]).toBeInstanceOf(Error);
    yield* task.kill();
  }),
);

test(
  "into a dead one nothing but a TaskletExit can be thrown",
  virtually(function* () {
    const task = tasklet(function* done() {})();
    yield* run();
    expect(() => task.throw(new Broken())).toThrow(TaskletError);
    expect(() => task.throw(new Broken())).toThrow(
      /^Cannot throw into tasklet "done-.*", which is dead$/,
    );
    yield* task.throw(TaskletExit);
  }),
);

test(
  "what is thrown into one that has not begun comes out: at once, or of run if it was pending",
  virtually(function* () {
    const error = new Broken();
    const never = () => expect.unreachable();
    expect(yield* thrownBy(tasklet(never, []).throw(error))).toBe(error);
    yield* tasklet(never, []).throw(error, { pending: true });
    expect(yield* thrownBy(run())).toBe(error);
  }),
);

test(
  "an error takes the place of a value that was on its way",
  virtually(function* () {
    const trace: unknown[] = [];
    const numbers = channel<number>();
    const task = catching(trace, () => numbers.receive());
    yield* schedule();
    numbers.preference = 0;
    yield* numbers.send(1);
    yield* task.throw(new Broken());
    expect(trace).toEqual(["Error", "over"]);
  }),
);

test(
  "a value that was handed over is not lost by a kill of the fiber, or a timeout, that comes after it",
  virtually(function* () {
    const trace: unknown[] = [];
    const numbers = channel<number>();
    numbers.preference = 0;
    const task = tasklet(function* () {
      trace.push(yield* withTimeout(10, numbers.receive()));
      trace.push(yield* numbers.receive());
    })();
    yield* schedule();
    yield* numbers.send(1);
    void task.fiber?.kill();
    yield* run();
    expect([trace, task.alive, numbers.balance]).toEqual([[1], false, 0]);
  }),
);

test(
  "one that swallows every kill of its fiber is ended by force, and the others go on",
  virtually(function* () {
    const errors = takeErrors();
    const trace: unknown[] = [];
    const stubborn = tasklet(function* () {
      for (;;) {
        try {
          yield* schedule();
        } catch {
          // Swallowed.
        }
      }
    })();
    tasklet(function* () {
      for (let i = 0; i < 200; i++) yield* schedule();
      trace.push(stubborn.alive);
    })();
    yield* schedule();
    yield* stubborn.fiber?.kill(undefined, { grace: 0 }) ?? [];
    yield* run();
    errors.release();
    expect([trace, stubborn.alive, errors.lines.length]).toEqual([[false], false, 1]);
  }),
);

test(
  "a timeout takes a tasklet out of its channel, the main one as well",
  virtually(function* () {
    const numbers = channel<number>();
    const trace: unknown[] = [];
    tasklet(function* () {
      trace.push(yield* withTimeout(5, numbers.receive(), { value: "late" }));
      trace.push(yield* withTimeout(5, numbers.send(1), { value: "late, too" }));
      trace.push(yield* withTimeout(5, scheduleRemove(), { value: "not inserted" }));
    })();
    yield* run();
    expect([trace, numbers.balance, getHub().now()]).toEqual([
      ["late", "late, too", "not inserted"],
      0,
      15,
    ]);
    expect(yield* withTimeout(5, numbers.receive(), { value: "nobody" })).toBe("nobody");
    expect(numbers.balance).toBe(0);
  }),
);
