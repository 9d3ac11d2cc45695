import { type Fiber, getHub, joinAll, sleep, spawn, Timeout, until } from "fibril";
import { Channel, ChannelClosed, select } from "fibril/channel";
import { explore } from "fibril/testing";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

test(
  "the first that is ready happens, in order, and no other",
  virtually(function* () {
    const [a, b] = [new Channel<number>(1), new Channel<string>(1)];
    yield* a.send(1);
    yield* b.send("x");
    expect(yield* select([b.receive(), a.receive()])).toEqual({ index: 0, value: "x" });
    expect(yield* select([b.receive(), a.receive()])).toEqual({ index: 1, value: 1 });
    expect(yield* select({ a: a.send(2), b: b.send("y") })).toEqual({ key: "a", value: undefined });
    expect([a.size, b.size]).toEqual([1, 0]);
  }),
);

test(
  "it waits for the first that comes and leaves all the other lines",
  virtually(function* () {
    const channels = [new Channel<number>(), new Channel<number>(), new Channel<number>()];
    const [a, b, c] = channels as [Channel<number>, Channel<number>, Channel<number>];
    const waiting = spawn(() => select([a.receive(), b.receive(), c.send(3), sleep("1 hour")]));
    yield* sleep();
    expect(channels.map((each) => each.balance)).toEqual([-1, -1, 1]);
    expect(waiting.parkReason).toMatch(
      /^select\(channel.receive, channel.receive, channel.send, sleep\(3600s\)\)$/,
    );
    yield* b.send(7);
    expect(yield* waiting).toEqual({ index: 1, value: 7 });
    expect(channels.map((each) => each.balance)).toEqual([0, 0, 0]);
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "a send among them happens when somebody receives",
  virtually(function* () {
    const [a, b] = [new Channel<number>(), new Channel<string>()];
    const waiting = spawn(() => select({ in: a.receive(), out: b.send("sent") }));
    yield* sleep();
    expect(yield* b.receive()).toBe("sent");
    expect(yield* waiting).toEqual({ key: "out", value: undefined });
    expect([a.balance, b.balance]).toEqual([0, 0]);
  }),
);

test(
  "a send to a receiver that waits lets it go on first, as without select",
  virtually(function* () {
    const channel = new Channel<number>();
    const trace: unknown[] = [];
    spawn(function* () {
      trace.push(`got ${yield* channel.receive()}`);
    });
    yield* sleep();
    trace.push(yield* select([channel.send(1)]));
    expect(trace).toEqual(["got 1", { index: 0, value: undefined }]);
  }),
);

test(
  "it does not take what it offers itself; two selects meet",
  virtually(function* () {
    const channel = new Channel<number>();
    const both = (n: number) => select([channel.receive(), channel.send(n)]);
    const one = spawn(() => both(1));
    yield* sleep();
    expect(one.ready()).toBe(false);
    expect(yield* both(2)).toEqual({ index: 0, value: 1 });
    expect(yield* one).toEqual({ index: 1, value: undefined });
    expect(channel.balance).toBe(0);
  }),
);

test(
  "a timer among them, sleep(0) as the last resort",
  virtually(function* () {
    const channel = new Channel<number>();
    expect(yield* select([channel.receive(), sleep(5)])).toEqual({ index: 1, value: undefined });
    expect(getHub().now()).toBe(5);
    const trace: string[] = [];
    spawn(() => trace.push("other"));
    expect(yield* select([channel.receive(), sleep()])).toEqual({ index: 1, value: undefined });
    expect([trace, channel.balance]).toEqual([["other"], 0]);
    spawn(() => channel.send(1));
    expect(yield* select([channel.receive(), sleep()])).toEqual({ index: 0, value: 1 });
  }),
);

test(
  "fibers among them: join, get, or the fiber itself for its value",
  virtually(function* () {
    function* after(ms: number) {
      yield* sleep(ms);
      return ms;
    }
    const channel = new Channel<number>();
    expect(yield* select([channel.receive(), spawn(after, 3).join()])).toEqual({
      index: 1,
      value: true,
    });
    const [slow, fast] = [spawn(after, 20), spawn(after, 10)];
    expect(yield* select({ slow, fast })).toEqual({ key: "fast", value: 10 });
    expect(yield* select([slow.get(), fast.get()])).toEqual({ index: 1, value: 10 });
    expect(yield* slow).toBe(20);
  }),
);

test(
  "a failure of the one that comes first is thrown, of a loser it is none of its business",
  virtually(function* () {
    const channel = new Channel<number>();
    const error = new Error("failed");
    function* failing() {
      yield* sleep(5);
      throw error;
    }
    expect(yield* thrownBy(select([channel.receive(), spawn(failing)]))).toBe(error);
    expect(channel.balance).toBe(0);
    const late = spawn(failing);
    expect(yield* select([late, sleep(1)])).toEqual({ index: 1, value: undefined });
    expect(yield* thrownBy(late.get())).toBe(error);
    channel.close();
    expect(yield* thrownBy(select([sleep(1), channel.receive()]))).toBeInstanceOf(ChannelClosed);
    const open = new Channel<number>();
    const waiting = spawn(() => select([sleep("1 hour"), open.receive()]));
    yield* sleep();
    open.close();
    expect(yield* thrownBy(waiting.get())).toBeInstanceOf(ChannelClosed);
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "past its timeout it throws a Timeout and stands in no line",
  virtually(function* () {
    const channel = new Channel<number>();
    const waiting = select([channel.receive(), channel.send(1)], { timeout: 5 });
    expect(yield* thrownBy(waiting)).toBeInstanceOf(Timeout);
    expect([channel.balance, getHub().now(), getHub().timers]).toEqual([0, 5, 0]);
  }),
);

test(
  "a kill leaves no trace, and loses nothing that was given before it",
  virtually(function* () {
    const [a, b] = [new Channel<number>(), new Channel<number>()];
    const killed = spawn(() => select([a.receive(), b.receive(), sleep("1 hour")]));
    yield* sleep();
    yield* killed.kill();
    expect([a.balance, b.balance, a.trySend(1), getHub().timers]).toEqual([0, 0, false, 0]);
    const trace: unknown[] = [];
    const given = spawn(function* () {
      trace.push(yield* select([a.receive(), b.receive()]));
      yield* sleep();
      trace.push("never");
    });
    yield* sleep();
    expect(b.trySend(2)).toBe(true);
    yield* given.kill();
    expect(trace).toEqual([{ index: 1, value: 2 }]);
  }),
);

test(
  "one select run twice, also by two fibers at once, is two selects",
  virtually(function* () {
    const [a, b] = [new Channel<number>(), new Channel<number>()];
    const wait = select([a.receive(), b.receive()]);
    const fibers = [spawn(() => wait), spawn(() => wait)];
    yield* sleep();
    yield* b.send(1);
    yield* a.send(2);
    expect(yield* joinAll(fibers)).toEqual([
      { index: 1, value: 1 },
      { index: 0, value: 2 },
    ]);
  }),
);

test("it works at the top level", async () => {
  const channel = new Channel<number>();
  spawn(() => channel.send(1));
  const first = await select({ value: channel.receive(), late: sleep("1 minute") });
  expect(first).toEqual({ key: "value", value: 1 });
});

test("what can't be selected is refused at the call, and nothing has happened", () => {
  const anything = select as unknown as (...args: unknown[]) => unknown;
  const channel = new Channel<number>();
  expect(() => anything([channel.receive(), until(Promise.resolve(1))])).toThrow(
    /^Cannot select element 1, a value of type Until: .*spawn\(body\)/,
  );
  expect(() => anything({ a: Promise.resolve(1) })).toThrow(/^Cannot select "a"/);
  expect(() => anything([])).toThrow("Cannot select from nothing");
  expect(() => anything({})).toThrow(TypeError);
  expect(() => anything(channel.receive())).toThrow(/pass an array or a record/);
  expect(() => anything(undefined)).toThrow(/pass an array or a record/);
  expect(() => anything([channel.receive()], 5)).toThrow(/options/);
  expect(channel.balance).toBe(0);
});

test("under any schedule no value is lost or doubled, with kills in between", async () => {
  await explore(
    function* () {
      const [a, b] = [new Channel<number>(), new Channel<number>(2)];
      const got: number[] = [];
      function* worker() {
        for (;;) {
          const { value } = yield* select([a.receive(), b.receive()]);
          got.push(value);
          yield* sleep();
        }
      }
      function* producer(from: number) {
        for (let n = from; n < from + 20; n++) yield* select([a.send(n), b.send(n)]);
      }
      const workers: Fiber[] = Array.from({ length: 4 }, () => spawn(worker));
      const producers = [0, 20, 40].map((from) => spawn(producer, from));
      spawn(function* () {
        yield* sleep();
        for (const each of workers.slice(2)) {
          yield* each.kill();
          yield* sleep();
        }
      });
      yield* joinAll(producers);
      while (got.length < 60) yield* sleep();
      for (const each of workers) yield* each.kill();
      expect(got.sort((x, y) => x - y)).toEqual(Array.from({ length: 60 }, (_, i) => i));
      expect([a.balance, b.balance, b.size]).toEqual([0, 0, 0]);
    },
    { seeds: 200 },
  );
});
