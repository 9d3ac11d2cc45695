import * as Effect from "effect/Effect";
import * as EffectFiber from "effect/Fiber";
import { type Fiber, killAll, sleep, spawn } from "fibril";
import { staged, type TimeCase } from "../case.ts";

function* park() {
  yield* sleep("1 minute");
}

/** Fibers start in the order of their spawn: when the last has ended, all others are parked. */
async function parkMany(count: number): Promise<Fiber<void>[]> {
  const fibers = Array.from({ length: count }, () => spawn(park));
  await spawn(() => {});
  return fibers;
}

async function forkMany(count: number): Promise<EffectFiber.Fiber<void>[]> {
  const fibers = Array.from({ length: count }, () => Effect.runFork(Effect.sleep("1 minute")));
  await Effect.runPromise(Effect.yieldNow);
  return fibers;
}

export const killParked: TimeCase = {
  key: "kill",
  name: "kill of a sleeping fiber, until it is dead",
  unit: "ns",
  count: 20_000,
  fibril: staged({ prepare: parkMany, run: (fibers) => killAll(fibers) }),
  effect: staged({
    prepare: forkMany,
    run: (fibers) => Effect.runPromise(EffectFiber.interruptAll(fibers)),
  }),
};
