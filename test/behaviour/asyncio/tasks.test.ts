import * as Effect from "effect/Effect";
import { type Fiber, getHub, kill, spawn, withTimeout } from "fibril";
import {
  ALL_COMPLETED,
  asCompleted,
  CancelledError,
  createTask,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  gather,
  shield,
  sleep,
  TaskGroup,
  TimeoutError,
  wait,
  waitFor,
} from "fibril/asyncio";
import { expect, test } from "vitest";
import { after, failAfter, thrownBy, virtually } from "../../harness/virtual.ts";

const HOUR = 3_600_000;

/** The matchers would go through the fibers themselves, which are iterable. */
const idsOf = (tasks: Iterable<Fiber>) => [...tasks].map(({ id }) => id);

test(
  "createTask queues any kind of awaitable; a task it gives back",
  virtually(function* () {
    const trace: string[] = [];
    function* body(name: string) {
      trace.push(name);
      yield* sleep(1);
      return name;
    }
    const tasks = [
      createTask(body("generator")),
      createTask(() => body("function")),
      createTask(async () => "async"),
      createTask(Promise.resolve("promise")),
      createTask(Effect.succeed("Effect")),
      createTask(sleep(1)),
    ];
    expect(trace).toEqual([]);
    expect(yield* gather(...tasks)).toEqual([
      "generator",
      "function",
      "async",
      "promise",
      "Effect",
      undefined,
    ]);
    const [first] = tasks;
    expect(createTask(first as never)).toBe(first);
    expect(createTask(sleep(1), { name: "nap" }).name).toBe("nap");
    expect(() => createTask(5 as never)).toThrow(TypeError);
    expect(() => createTask(sleep(1), 5 as never)).toThrow(TypeError);
  }),
);

test(
  "gather awaits all at the same time and gives the results in input order",
  virtually(function* () {
    expect(yield* gather(after(30, "a"), after(10, "b"), createTask(after(20, "c")))).toEqual([
      "a",
      "b",
      "c",
    ]);
    expect(getHub().now()).toBe(30);
    expect(yield* gather()).toEqual([]);
    const same = createTask(after(5, "same"));
    expect(yield* gather(same, same)).toEqual(["same", "same"]);
    expect(() => gather(sleep(1), 5 as never)).toThrow("Cannot gather 5");
  }),
);

test(
  "gather throws the first failure as it happens; the others run on, and their failures are nobody's news",
  virtually(function* () {
    const [first, second] = [new Error("first"), new Error("second")];
    const survivor = createTask(after(30, "alive"));
    const failing = gather(survivor, failAfter(20, second), failAfter(10, first));
    expect(yield* thrownBy(failing)).toBe(first);
    expect([getHub().now(), survivor.dead]).toEqual([10, false]);
    expect(yield* survivor).toBe("alive");
    yield* sleep(2000);
  }),
);

test(
  "with returnExceptions errors stand among the results, kills too",
  virtually(function* () {
    const error = new Error("no");
    const killed = createTask(after(HOUR, "never"));
    const all = gather(after(10, 1), failAfter(5, error), killed, { returnExceptions: true });
    const waiting = spawn(() => all);
    yield* sleep(20);
    yield* kill(killed);
    const [one, two, three] = yield* waiting;
    expect([one, two]).toEqual([1, error]);
    expect(three).toBeInstanceOf(CancelledError);
    expect(yield* gather(after(1, "x"), { returnExceptions: false })).toEqual(["x"]);
  }),
);

test(
  "a gather that is killed or timed out kills all it waits for",
  virtually(function* () {
    const tasks = [createTask(after(HOUR, 1)), createTask(after(HOUR, 2))];
    const gathering = spawn(() => gather(...tasks));
    yield* sleep(1);
    yield* gathering.kill();
    expect(tasks.map(({ status }) => status)).toEqual(["killed", "killed"]);
    const more = createTask(after(HOUR, 3));
    expect(yield* withTimeout(10, gather(more), { value: "late" })).toBe("late");
    expect(more.status).toBe("killed");
  }),
);

test(
  "gather is a description: what is no task is begun anew each time",
  virtually(function* () {
    let begun = 0;
    const both = gather(
      () => ++begun,
      () => ++begun,
    );
    expect(begun).toBe(0);
    expect([yield* both, yield* both]).toEqual([
      [1, 2],
      [3, 4],
    ]);
  }),
);

test(
  "waitFor gives the result in time, and the failure as it is",
  virtually(function* () {
    const error = new Error("no");
    expect(yield* waitFor(after(5, "x"), 10)).toBe("x");
    expect(yield* waitFor(createTask(after(5, "task")), 10)).toBe("task");
    expect(yield* waitFor(after(HOUR, "patient"), undefined)).toBe("patient");
    expect(yield* waitFor(createTask(after(HOUR, "none")), null)).toBe("none");
    expect(yield* thrownBy(waitFor(failAfter(5, error), 10))).toBe(error);
    expect(yield* thrownBy(waitFor(createTask(failAfter(5, error)), 10))).toBe(error);
    expect(yield* waitFor(Promise.resolve(1), "1 second")).toBe(1);
    expect(() => waitFor(sleep(1), Number.NaN)).toThrow(RangeError);
    expect(() => waitFor(5 as never, 10)).toThrow(TypeError);
  }),
);

test(
  "past its timeout waitFor kills a task, waits for its end, and throws",
  virtually(function* () {
    const trace: unknown[] = [];
    const task = createTask(function* () {
      try {
        yield* sleep(HOUR);
      } finally {
        yield* sleep(5);
        trace.push(`cleaned up at ${getHub().now()}`);
      }
    });
    const error = yield* thrownBy(waitFor(task, 10));
    trace.push(`thrown at ${getHub().now()}`);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ _tag: "TimeoutError", millis: 10 });
    expect(trace).toEqual(["cleaned up at 15", "thrown at 15"]);
    expect(task.status).toBe("killed");
    expect(yield* thrownBy(waitFor(sleep(HOUR), 0))).toBeInstanceOf(TimeoutError);
    const owned = createTask(after(HOUR, 1));
    const waiting = spawn(() => waitFor(owned, undefined));
    yield* sleep(1);
    yield* waiting.kill();
    expect(owned.status).toBe("killed");
  }),
);

test(
  "wait gives who has ended and who has not, and kills nobody",
  virtually(function* () {
    const [slow, fast] = [createTask(after(20, 1)), createTask(after(10, 2))];
    const never = createTask(after(HOUR, 3));
    const tasks = [slow, fast, never];
    const [done, pending] = yield* wait(tasks, { timeout: 30 });
    expect([idsOf(done), idsOf(pending)]).toEqual([[fast.id, slow.id], [never.id]]);
    expect(never.dead).toBe(false);
    const [all, none] = yield* wait(done);
    expect([idsOf(all), none.size]).toEqual([[fast.id, slow.id], 0]);
    expect(() => wait([])).toThrow(RangeError);
    expect(() => wait([sleep(1)] as never)).toThrow(TypeError);
    expect(() => wait(tasks, 5 as never)).toThrow(TypeError);
  }),
);

test(
  "wait returns at the first end or the first failure if that is enough",
  virtually(function* () {
    const error = new Error("no");
    const make = () => {
      const killed = createTask(after(HOUR, 0));
      const tasks = [killed, createTask(after(5, 1)), createTask(failAfter(10, error))];
      void killed.kill();
      return [...tasks, createTask(after(20, 2))];
    };
    const counts: number[][] = [];
    for (const returnWhen of [FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED]) {
      const [done, pending] = yield* wait(make(), { returnWhen });
      counts.push([done.size, pending.size]);
      yield* gather(...pending, ...done, { returnExceptions: true });
    }
    expect(counts).toEqual([
      [1, 3],
      [3, 1],
      [4, 0],
    ]);
  }),
);

test(
  "a shielded task runs on when its wait is killed",
  virtually(function* () {
    const trace: string[] = [];
    const task = createTask(function* () {
      yield* sleep(20);
      trace.push("saved");
      return 7;
    });
    const waiting = spawn(() => shield(task));
    yield* sleep(1);
    yield* waiting.kill();
    expect([waiting.status, task.dead]).toEqual(["killed", false]);
    expect(yield* shield(task)).toBe(7);
    expect(trace).toEqual(["saved"]);
    expect(yield* thrownBy(shield(failAfter(1, "failure")))).toBe("failure");
    expect(() => shield(5 as never)).toThrow(TypeError);
  }),
);

test(
  "asCompleted gives results in the order in which they come, failures at their place",
  virtually(function* () {
    const trace: unknown[] = [];
    const next = asCompleted([after(20, "slow"), failAfter(10, "failure"), after(5, "fast")]);
    for (const result of next) {
      try {
        trace.push(yield* result);
      } catch (error) {
        trace.push(error);
      }
    }
    expect(trace).toEqual(["fast", "failure", "slow"]);
    expect([...asCompleted([])]).toEqual([]);
    expect(() => asCompleted([5 as never])).toThrow(TypeError);
  }),
);

test(
  "the timeout of asCompleted counts for all",
  virtually(function* () {
    const tasks = [createTask(after(5, 1)), createTask(after(HOUR, 2)), createTask(after(HOUR, 3))];
    const [first, second, third] = [...asCompleted(tasks, { timeout: 10 })];
    expect(yield* first ?? sleep()).toBe(1);
    expect(yield* thrownBy(second ?? sleep())).toBeInstanceOf(TimeoutError);
    expect(yield* thrownBy(third ?? sleep())).toBeInstanceOf(TimeoutError);
    expect(getHub().now()).toBe(10);
    expect(tasks.map(({ dead }) => dead)).toEqual([true, false, false]);
  }),
);

test(
  "a TaskGroup waits for its tasks; the first failure kills the others and is thrown",
  virtually(function* () {
    const trace: string[] = [];
    function* work(name: string, ms: number) {
      yield* sleep(ms);
      trace.push(name);
      return name;
    }
    const result = yield* TaskGroup.use(function* (group) {
      group.createTask(work("slow", 20));
      const fast = group.createTask(work("fast", 10));
      return yield* fast;
    });
    expect([result, trace]).toEqual(["fast", ["fast", "slow"]]);
    const error = new Error("no");
    const failing = TaskGroup.use(function* (group) {
      group.createTask(work("never", HOUR));
      group.createTask(failAfter(5, error));
      yield* sleep(HOUR);
    });
    expect(yield* thrownBy(failing)).toBe(error);
    expect(trace).toEqual(["fast", "slow"]);
    expect(getHub().now()).toBe(25);
  }),
);
