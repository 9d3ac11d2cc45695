import { forEach, getHub, sleep, spawn } from "fibril";
import {
  Channel,
  type ChannelCallback,
  ChannelClosed,
  channel,
  getChannelCallback,
  getCurrent,
  run,
  StopIteration,
  schedule,
  setChannelCallback,
  TaskletError,
  tasklet,
} from "fibril/stackless";
import { afterEach, describe, expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

class Broken extends Error {}

interface Case {
  readonly preference: number;
  readonly scheduleAll: boolean;
  readonly expected: string;
}

/** Notes when each of them goes on: `S` sends, `R` receives, `O` is a bystander. */
function cast(trace: string[], { preference, scheduleAll }: Omit<Case, "expected">) {
  const numbers = channel<number>();
  numbers.preference = preference;
  numbers.scheduleAll = scheduleAll;
  function* sender() {
    for (const n of [1, 2]) {
      trace.push(`S${n}`);
      yield* numbers.send(n);
    }
    trace.push("S.");
  }
  function* receiver() {
    for (let i = 0; i < 2; i++) trace.push(`R${yield* numbers.receive()}`);
    trace.push("R.");
  }
  function* bystander() {
    for (let i = 0; i < 3; i++) {
      trace.push("O");
      yield* schedule();
    }
  }
  return { sender, receiver, bystander };
}

describe("a receiver waits and a sender comes, a bystander stands behind them", () => {
  const cases: Case[] = [
    { preference: -1, scheduleAll: false, expected: "S1 R1 O S2 R2 R. O S. O" },
    { preference: 0, scheduleAll: false, expected: "S1 S2 O R1 R2 R. O S. O" },
    { preference: 1, scheduleAll: false, expected: "S1 S2 O R1 S. O R2 R. O" },
    { preference: -1, scheduleAll: true, expected: "S1 O R1 S2 O R2 R. S. O" },
  ];
  test.each(cases)("preference $preference, scheduleAll $scheduleAll", ({ expected, ...rules }) =>
    virtually(function* () {
      const trace: string[] = [];
      const { sender, receiver, bystander } = cast(trace, rules);
      tasklet(receiver)();
      tasklet(sender)();
      tasklet(bystander)();
      yield* run();
      expect(trace.join(" ")).toBe(expected);
    })(),
  );
});

describe("a sender waits and a receiver comes, a bystander stands behind them", () => {
  const cases: Case[] = [
    { preference: -1, scheduleAll: false, expected: "S1 R1 O S2 R2 R. O S. O" },
    { preference: 0, scheduleAll: false, expected: "S1 R1 O S2 S. O R2 R. O" },
    { preference: 1, scheduleAll: false, expected: "S1 S2 O R1 S. O R2 R. O" },
    { preference: 1, scheduleAll: true, expected: "S1 O S2 R1 O S. R2 R. O" },
  ];
  test.each(cases)("preference $preference, scheduleAll $scheduleAll", ({ expected, ...rules }) =>
    virtually(function* () {
      const trace: string[] = [];
      const { sender, receiver, bystander } = cast(trace, rules);
      tasklet(sender)();
      tasklet(receiver)();
      tasklet(bystander)();
      yield* run();
      expect(trace.join(" ")).toBe(expected);
    })(),
  );
});

test(
  "a preference is one of three, a bad one is refused",
  virtually(function* () {
    const words = channel<string>();
    expect([words.preference, words.scheduleAll]).toEqual([-1, false]);
    words.preference = 7;
    expect(words.preference).toBe(1);
    words.preference = -7;
    expect(words.preference).toBe(-1);
    expect(() => {
      words.preference = 0.5;
    }).toThrow("Cannot prefer 0.5: pass -1, 0 or 1");
    expect(words).toBeInstanceOf(Channel);
    yield* sleep();
  }),
);

test(
  "balance and queue tell who waits, in the order in which they came",
  virtually(function* () {
    const numbers = channel<number>();
    expect([numbers.balance, numbers.queue]).toEqual([0, undefined]);
    const senders = [1, 2, 3].map((n) => tasklet(() => numbers.send(n))());
    yield* run();
    expect([numbers.balance, numbers.queue]).toEqual([3, senders[0]]);
    expect(senders.map((each) => each.next)).toEqual([senders[1], senders[2], undefined]);
    expect(senders.map((each) => each.prev)).toEqual([undefined, senders[0], senders[1]]);
    expect(senders.map((each) => [each.blocked, each.scheduled, each.tempval])).toEqual(
      [1, 2, 3].map((n) => [true, true, n]),
    );
    yield* senders[1]?.kill() ?? [];
    expect(numbers.balance).toBe(2);
    expect([yield* numbers.receive(), yield* numbers.receive()]).toEqual([1, 3]);
    const receiver = tasklet(() => numbers.receive())();
    yield* run();
    expect([numbers.balance, numbers.queue]).toEqual([-1, receiver]);
    yield* receiver.kill();
    expect(numbers.balance).toBe(0);
  }),
);

test(
  "any value passes through",
  virtually(function* () {
    const values = [undefined, null, 0, Promise.resolve(1), new Error("a value")];
    const things = channel<unknown>();
    const got: unknown[] = [];
    tasklet(function* () {
      for (const _ of values) got.push(yield* things.receive());
    })();
    tasklet(() => things.sendSequence(values))();
    yield* run();
    expect(got.every((each, i) => each === values[i])).toBe(true);
    expect(got.length).toBe(values.length);
  }),
);

test(
  "sendException and sendThrow throw at the receiver, whoever came first",
  virtually(function* () {
    const words = channel<string>();
    const caught: unknown[] = [];
    const error = new Broken("kept");
    const { stack } = error;
    function* receiver() {
      for (let i = 0; i < 3; i++) {
        try {
          yield* words.receive();
        } catch (thrown) {
          caught.push(thrown);
        }
      }
    }
    function* sender() {
      yield* words.sendException(Broken, "made");
      yield* words.sendThrow(error);
      yield* words.sendThrow(Broken);
    }
    for (const preference of [-1, 0, 1]) {
      for (const bodies of [
        [receiver, sender],
        [sender, receiver],
      ]) {
        caught.length = 0;
        words.preference = preference;
        for (const body of bodies) tasklet(body)();
        yield* run();
        expect(caught).toEqual([new Broken("made"), error, new Broken()]);
        expect(caught[1]).toBe(error);
        expect([(caught[1] as Error).stack, words.balance]).toEqual([stack, 0]);
      }
    }
  }),
);

test(
  "sendSequence sends every item and gives their number; iteration ends at a StopIteration",
  virtually(function* () {
    const numbers = channel<number>();
    const got: number[] = [];
    const counts: number[] = [];
    tasklet(function* () {
      yield* forEach(numbers, (n) => void got.push(n));
      const { done, value } = yield* numbers.next();
      expect([done, value]).toEqual([false, 9]);
    })();
    tasklet(function* () {
      counts.push(yield* numbers.sendSequence([]), yield* numbers.sendSequence(new Set([1, 2, 3])));
      yield* numbers.sendException(StopIteration);
      yield* numbers.send(9);
    })();
    yield* run();
    expect([got, counts]).toEqual([
      [1, 2, 3],
      [0, 3],
    ]);
    expect(() => numbers.sendSequence(5 as never)).toThrow(
      "Cannot send the items of 5: pass an iterable",
    );
  }),
);

test("for await goes through a channel outside of fibers", async () => {
  const numbers = channel<number>();
  tasklet(function* () {
    yield* numbers.sendSequence([1, 2, 3]);
    numbers.close();
  })();
  const got: number[] = [];
  for await (const n of numbers) {
    got.push(n);
    if (n === 3) await schedule();
  }
  expect(got).toEqual([1, 2, 3]);
});

test(
  "in a closing channel nobody can be blocked; those who are can be met, and iteration goes on till then",
  virtually(function* () {
    const words = channel<string>();
    const got: string[] = [];
    const sender = tasklet(() => words.sendSequence(["a", "b"]))();
    yield* run();
    words.close();
    words.close();
    expect([words.closing, words.closed]).toEqual([true, false]);
    expect(yield* thrownBy(words.send("c"))).toBeInstanceOf(ChannelClosed);
    expect(words.balance).toBe(1);
    yield* forEach(words, (word) => void got.push(word));
    expect([got, words.closed]).toEqual([["a"], true]);
    expect(yield* thrownBy(words.receive())).toMatchObject({
      name: "ChannelClosed",
      message: "Cannot receive on a channel that is closed and has nobody waiting: open it again",
    });
    expect(yield* thrownBy(run())).toBeInstanceOf(ChannelClosed);
    expect(sender.alive).toBe(false);
    words.open();
    expect([words.closing, words.closed]).toEqual([false, false]);
    tasklet(() => words.send("d"))();
    expect(yield* words.receive()).toBe("d");
  }),
);

test(
  "a tasklet with a block trap is not blocked, and the queue is as it was",
  virtually(function* () {
    const words = channel<string>();
    const errors: unknown[] = [];
    const task = tasklet(function* () {
      getCurrent().blockTrap = true;
      errors.push(yield* thrownBy(words.receive()), yield* thrownBy(words.send("")));
      expect(words.balance).toBe(0);
      for (let i = 0; i < 2; i++) yield* schedule();
      expect(yield* words.receive()).toBe("ready");
    })();
    yield* schedule();
    tasklet(() => words.send("ready"))();
    yield* schedule();
    yield* run();
    expect(task.blockTrap).toBe(true);
    expect(errors.every((error) => error instanceof TaskletError)).toBe(true);
    expect((errors[0] as Error).message).toMatch(/^Cannot receive: that would block tasklet/);
  }),
);

describe("a channel callback", () => {
  afterEach(() => void setChannelCallback(null));

  test(
    "is told of every action before it happens",
    virtually(function* () {
      const events: unknown[] = [];
      const words = channel<string>();
      const receiver = tasklet(function* () {
        yield* words.receive();
        yield* words.receive();
      })();
      setChannelCallback((on, acting, sending, willBlock) => {
        events.push([
          on === words,
          acting.isMain ? "main" : acting === receiver,
          sending,
          willBlock,
        ]);
        if (sending) events.push([acting.tempval, on.balance]);
      });
      yield* schedule();
      yield* words.send("one");
      expect(setChannelCallback(null)).toBeTypeOf("function");
      yield* words.send("unseen");
      expect(events).toEqual([
        [true, true, false, true],
        [true, "main", true, false],
        ["one", -1],
        [true, true, false, true],
      ]);
      expect(getCurrent().tempval).toBeUndefined();
    }),
  );

  test(
    "that throws prevents the action",
    virtually(function* () {
      const words = channel<string>();
      const error = new Broken();
      setChannelCallback(() => {
        throw error;
      });
      expect(yield* thrownBy(words.send("x"))).toBe(error);
      expect(words.balance).toBe(0);
    }),
  );

  test("is a function or null, and setting it gives the one before it", () => {
    const first: ChannelCallback = () => {};
    const second: ChannelCallback = () => {};
    expect(setChannelCallback(first)).toBeNull();
    expect(setChannelCallback(second)).toBe(first);
    expect(getChannelCallback()).toBe(second);
    expect(setChannelCallback(null)).toBe(second);
    expect(() => setChannelCallback(1 as never)).toThrow("Cannot call 1 for channels");
  });
});

test(
  "tasklets that were killed or timed out in a channel don't keep anything; a fiber may wait there too",
  virtually(function* () {
    const words = channel<string>();
    const fiber = spawn(() => words.receive());
    yield* sleep();
    expect([words.balance, words.queue?.isMain]).toEqual([-1, true]);
    yield* fiber.kill();
    expect(words.balance).toBe(0);
    const other = spawn(() => words.receive());
    yield* sleep();
    yield* words.send("to a fiber");
    expect(yield* other).toBe("to a fiber");
    expect(getHub().fibers.length).toBe(1);
  }),
);
