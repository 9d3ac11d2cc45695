import * as Effect from "effect/Effect";
import * as EffectFiber from "effect/Fiber";
import * as Queue from "effect/Queue";
import { spawn, type Wait } from "fibril";
import type { Program, TimeCase } from "../case.ts";
import { moduleIfBuilt } from "../optional.ts";

interface Channel<T> {
  send(value: T): Wait<void>;
  receive(): Wait<T>;
}

interface ChannelModule {
  readonly Channel: new (capacity?: number) => Channel<number>;
}

const channels =
  (await moduleIfBuilt<ChannelModule>("channel/mod.ts")) ??
  (await moduleIfBuilt<ChannelModule>("sync/channel.ts"));

export const channelPingPong: TimeCase = {
  key: "channel",
  name: "channel ping-pong, a message",
  unit: "ns",
  goal: 80,
  count: 200_000,
  fibril: channels === undefined ? undefined : pingPong(channels),
  effect: (count) => Effect.runPromise(effectPingPong(count)),
};

export const channelBuffered: TimeCase = {
  key: "buffered",
  name: "buffered channel, send and receive without waiting",
  unit: "ns",
  goal: 40,
  count: 400_000,
  fibril: channels === undefined ? undefined : throughBuffer(channels),
  effect: (count) => Effect.runPromise(effectThroughBuffer(count)),
};

/** Channels without a buffer: each message hands over the turn. */
function pingPong({ Channel }: ChannelModule): Program {
  function* echo(from: Channel<number>, to: Channel<number>, times: number) {
    for (let i = 0; i < times; i++) yield* to.send(yield* from.receive());
  }
  return (count) =>
    spawn(function* main() {
      const there = new Channel();
      const back = new Channel();
      const partner = spawn(echo, there, back, count / 2);
      for (let i = 0; i < count / 2; i++) {
        yield* there.send(i);
        yield* back.receive();
      }
      yield* partner;
    });
}

/** One fiber does both, so neither ever has to wait. */
function throughBuffer({ Channel }: ChannelModule): Program {
  return (count) =>
    spawn(function* main() {
      const channel = new Channel(16);
      for (let i = 0; i < count; i++) {
        yield* channel.send(i);
        yield* channel.receive();
      }
    });
}

const effectThroughBuffer = Effect.fnUntraced(function* (count: number) {
  const queue = yield* Queue.bounded<number>(16);
  for (let i = 0; i < count; i++) {
    yield* Queue.offer(queue, i);
    yield* Queue.take(queue);
  }
});

const effectPingPong = Effect.fnUntraced(function* (count: number) {
  const there = yield* Queue.unbounded<number>();
  const back = yield* Queue.unbounded<number>();
  const partner = yield* Effect.forkChild(
    Effect.gen(function* () {
      for (let i = 0; i < count / 2; i++) yield* Queue.offer(back, yield* Queue.take(there));
    }),
  );
  for (let i = 0; i < count / 2; i++) {
    yield* Queue.offer(there, i);
    yield* Queue.take(back);
  }
  yield* EffectFiber.join(partner);
});
