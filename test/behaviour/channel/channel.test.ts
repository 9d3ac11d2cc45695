import * as Effect from "effect/Effect";
import {
  forEach,
  GreenletExit,
  getHub,
  joinAll,
  kill,
  sleep,
  spawn,
  Timeout,
  withTimeout,
} from "fibril";
import { Channel, ChannelClosed } from "fibril/channel";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

function* sendAll<T>(channel: Channel<T>, values: Iterable<T>, trace?: unknown[]) {
  for (const value of values) {
    yield* channel.send(value);
    trace?.push(`put${value}`);
  }
}
function* receiveAll<T>(channel: Channel<T>, count: number, trace?: unknown[]) {
  const got: T[] = [];
  for (let i = 0; i < count; i++) {
    got.push(yield* channel.receive());
    trace?.push(`got${got.at(-1)}`);
  }
  return got;
}

test(
  "a rendezvous: the send returns after the receiver has it, and the receiver goes on first",
  virtually(function* () {
    for (const receiverFirst of [true, false]) {
      const trace: unknown[] = [];
      const channel = new Channel<number>();
      const receive = () => spawn(receiveAll<number>, channel, 2, trace);
      const send = () => spawn(sendAll<number>, channel, [0, 1], trace);
      const fibers = receiverFirst ? [receive(), send()] : [send(), receive()];
      yield* joinAll(fibers);
      expect(trace).toEqual(["got0", "put0", "got1", "put1"]);
    }
  }),
);

test(
  "a send waits until somebody receives",
  virtually(function* () {
    const trace: string[] = [];
    const channel = new Channel<string>();
    spawn(function* () {
      trace.push("send");
      yield* channel.send("x");
      trace.push(`sent at ${getHub().now()}`);
    });
    yield* sleep(10);
    expect(channel.balance).toBe(1);
    trace.push(`got ${yield* channel.receive()}`);
    yield* sleep();
    expect(trace).toEqual(["send", "got x", "sent at 10"]);
    expect(channel.balance).toBe(0);
  }),
);

test(
  "senders and receivers are served in the order in which they came",
  virtually(function* () {
    const channel = new Channel<number>();
    const senders = [1, 2, 3].map((n) => spawn(() => channel.send(n)));
    yield* sleep();
    expect([channel.balance, yield* receiveAll(channel, 3)]).toEqual([3, [1, 2, 3]]);
    yield* joinAll(senders);
    const order: string[] = [];
    const receivers = ["a", "b", "c"].map((name) =>
      spawn(function* () {
        order.push(`${name}${yield* channel.receive()}`);
      }),
    );
    yield* sleep();
    expect(channel.balance).toBe(-3);
    yield* sendAll(channel, [1, 2, 3]);
    yield* joinAll(receivers);
    expect(order).toEqual(["a1", "b2", "c3"]);
  }),
);

test(
  "with a capacity a send waits when the channel is full; nothing that is ready suspends",
  virtually(function* () {
    const trace: unknown[] = [];
    const channel = new Channel<number>(2);
    spawn(() => trace.push("other"));
    yield* channel.send(1);
    yield* channel.send(2);
    expect([channel.size, channel.capacity, yield* channel.receive()]).toEqual([2, 2, 1]);
    yield* channel.send(3);
    expect(trace).toEqual([]);
    const sender = spawn(() => channel.send(4));
    yield* sleep();
    expect([trace, channel.size, channel.balance]).toEqual([["other"], 2, 1]);
    expect(yield* channel.receive()).toBe(2);
    expect([channel.size, channel.balance]).toEqual([2, 0]);
    expect(yield* receiveAll(channel, 2)).toEqual([3, 4]);
    yield* sender;
  }),
);

test(
  "any value passes through, undefined as well",
  virtually(function* () {
    for (const capacity of [0, 1, Number.POSITIVE_INFINITY]) {
      const channel = new Channel<unknown>(capacity);
      const values = [undefined, null, 0, Promise.resolve(1)];
      spawn(() => sendAll(channel, values));
      const got = yield* receiveAll(channel, 4);
      expect(got.every((value, i) => value === values[i])).toBe(true);
    }
  }),
);

test(
  "trySend and tryReceive never wait",
  virtually(function* () {
    const channel = new Channel<number>();
    expect([channel.trySend(1), channel.tryReceive()]).toEqual([false, undefined]);
    const receiver = spawn(() => channel.receive());
    const sender = spawn(function* () {
      yield* sleep();
      yield* channel.send(2);
    });
    yield* sleep();
    expect(channel.trySend(1)).toBe(true);
    yield* sleep();
    expect(channel.tryReceive()).toEqual({ value: 2 });
    expect(yield* joinAll([receiver, sender])).toEqual([1, undefined]);
    channel.close();
    expect(() => channel.trySend(3)).toThrow(ChannelClosed);
    expect(() => channel.tryReceive()).toThrow(ChannelClosed);
  }),
);

test(
  "after close what was sent can be received, buffered or by senders that wait; then it is an error",
  virtually(function* () {
    const channel = new Channel<number>(1);
    const senders = [1, 2, 3].map((n) => spawn(() => channel.send(n)));
    yield* sleep();
    channel.close();
    channel.close();
    expect(channel.closed).toBe(true);
    expect(yield* thrownBy(channel.send(4))).toMatchObject({ _tag: "ChannelClosed" });
    expect(yield* receiveAll(channel, 3)).toEqual([1, 2, 3]);
    yield* joinAll(senders);
    expect(yield* thrownBy(channel.receive())).toBeInstanceOf(ChannelClosed);
    expect(yield* channel.next()).toEqual({ done: true, value: undefined });
  }),
);

test(
  "close wakes the receivers that wait with the error, iterations with their end",
  virtually(function* () {
    const channel = new Channel<number>();
    const receiver = spawn(() => channel.receive());
    const iterator = spawn(() => channel.next());
    yield* sleep();
    channel.close();
    expect(yield* iterator).toEqual({ done: true, value: undefined });
    expect(yield* thrownBy(receiver.get())).toBeInstanceOf(ChannelClosed);
  }),
);

test(
  "forEach goes through a channel until it is closed, also with several fibers",
  virtually(function* () {
    for (const concurrency of [1, 3]) {
      const channel = new Channel<number>();
      spawn(function* () {
        yield* sendAll(channel, [1, 2, 3, 4, 5]);
        channel.close();
      });
      const seen: number[] = [];
      yield* forEach(
        channel,
        function* (n) {
          yield* sleep(1);
          seen.push(n);
        },
        { concurrency },
      );
      expect(seen).toEqual([1, 2, 3, 4, 5]);
    }
  }),
);

test("for await goes through a channel outside of fibers; a loop that is left leaves it open", async () => {
  const channel = new Channel<number>(3);
  const seen: number[] = [];
  await channel.send(1);
  await channel.send(2);
  await channel.send(3);
  for await (const n of channel) {
    seen.push(n);
    if (n === 2) break;
  }
  expect([seen, channel.closed]).toEqual([[1, 2], false]);
  channel.close();
  for await (const n of channel) seen.push(n);
  expect(seen).toEqual([1, 2, 3]);
});

test("a channel works between an Effect program, an async body and a fiber", async () => {
  const channel = new Channel<string>();
  const got: string[] = [];
  const receiver = spawn(async () => {
    for await (const value of channel) got.push(value);
  });
  const program = Effect.gen(function* () {
    yield* channel.send("Effect");
  });
  await Effect.runPromise(program);
  await spawn(() => channel.send("fiber"));
  await channel.send("top level");
  channel.close();
  await receiver;
  expect(got).toEqual(["Effect", "fiber", "top level"]);
});

test(
  "a kill at a wait leaves no trace: the next in line is served, no value is lost",
  virtually(function* () {
    const channel = new Channel<number>();
    const receiver = spawn(() => channel.receive());
    const next = spawn(() => channel.receive());
    yield* sleep();
    yield* kill(receiver);
    expect(channel.balance).toBe(-1);
    yield* channel.send(7);
    expect(yield* next).toBe(7);
    const sender = spawn(() => channel.send(1));
    spawn(() => channel.send(2));
    yield* sleep();
    yield* kill(sender);
    expect([channel.balance, yield* channel.receive()]).toEqual([1, 2]);
    expect(channel.tryReceive()).toBeUndefined();
  }),
);

test(
  "a receiver that is killed after it was given a value gets the value first",
  virtually(function* () {
    const channel = new Channel<number>();
    const trace: unknown[] = [];
    const receiver = spawn(function* () {
      trace.push(yield* channel.receive());
      try {
        yield* sleep("1 hour");
      } catch (error) {
        trace.push((error as Error).name);
      }
    });
    yield* sleep();
    expect(channel.trySend(1)).toBe(true);
    yield* receiver.kill();
    expect(trace).toEqual([1, "GreenletExit"]);
  }),
);

test(
  "a timeout at a wait leaves no trace either",
  virtually(function* () {
    const channel = new Channel<number>();
    expect(yield* thrownBy(withTimeout(5, channel.receive()))).toBeInstanceOf(Timeout);
    expect(yield* thrownBy(withTimeout(5, channel.send(1)))).toBeInstanceOf(Timeout);
    expect([channel.balance, channel.trySend(2), channel.tryReceive()]).toEqual([
      0,
      false,
      undefined,
    ]);
  }),
);

test(
  "a send that is done is not taken for one that was cut short",
  virtually(function* () {
    const channel = new Channel<number>();
    const receiver = spawn(() => channel.receive());
    yield* sleep();
    const trace: string[] = [];
    const sender = spawn(function* () {
      void sender.kill();
      yield* channel.send(1);
      trace.push("sent");
      yield* sleep();
      trace.push("never");
    });
    yield* sender.join();
    expect([trace, yield* receiver]).toEqual([["sent"], 1]);
    expect(yield* thrownBy(sender.get())).toBeInstanceOf(GreenletExit);
  }),
);

test(
  "ten thousand values from many senders to many receivers arrive once each",
  virtually(function* () {
    const channel = new Channel<number>(3);
    const got: number[] = [];
    const receivers = Array.from({ length: 7 }, () =>
      spawn(() => forEach(channel, (n) => void got.push(n))),
    );
    const senders = Array.from({ length: 10 }, (_, i) =>
      spawn(
        sendAll<number>,
        channel,
        Array.from({ length: 1000 }, (_, j) => i * 1000 + j),
      ),
    );
    yield* joinAll(senders);
    channel.close();
    yield* joinAll(receivers);
    expect(got.sort((a, b) => a - b)).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
  }),
);

test("a bad capacity is refused", () => {
  for (const capacity of [-1, 1.5, Number.NaN]) {
    expect(() => new Channel(capacity)).toThrow(RangeError);
  }
  expect(() => new Channel("2" as never)).toThrow(
    'Cannot make a Channel of capacity "2": pass a number',
  );
});

test(
  "a fiber says that it waits at a channel",
  virtually(function* () {
    const channel = new Channel<number>();
    const receiver = spawn(() => channel.receive());
    yield* sleep();
    expect(receiver.parkReason).toBe("channel.receive");
    yield* channel.send(1);
    const sender = spawn(() => channel.send(2));
    yield* sleep();
    expect(sender.parkReason).toBe("channel.send");
    yield* channel.receive();
  }),
);
