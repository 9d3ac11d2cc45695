import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import { hub } from "../scheduler/hub.ts";
import { Alarm } from "../scheduler/timers.ts";

const nanos = (): bigint => BigInt(Math.round(hub.timers.now() * 1e6));

/** Effect's clock on the hub's timers: `Effect.sleep` and timeouts go by the same virtual time. */
const hubClock: Clock.Clock = {
  currentTimeMillisUnsafe: () => hub.timers.now(),
  currentTimeMillis: Effect.sync(() => hub.timers.now()),
  currentTimeNanosUnsafe: nanos,
  currentTimeNanos: Effect.sync(nanos),
  monotonicTimeNanosUnsafe: nanos,
  monotonicTimeNanos: Effect.sync(nanos),
  sleep: (duration) =>
    Effect.callback((resume) => {
      const alarm = new Alarm(() => resume(Effect.void));
      hub.timers.start(alarm, Duration.toMillis(duration), true);
      return Effect.sync(() => hub.timers.stop(alarm));
    }),
};

export function withHubClock(context: Context.Context<never>): Context.Context<never> {
  return Context.add(context, Clock.Clock, hubClock) as Context.Context<never>;
}
