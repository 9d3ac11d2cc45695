import * as Effect from "effect/Effect";
import { spawn } from "fibril";
import type { TimeCase } from "../case.ts";

function* performSync(count: number) {
  for (let i = 0; i < count; i++) yield* Effect.sync(() => i);
}

const performSyncEffect = Effect.fnUntraced(performSync);

export const effectAtOnce: TimeCase = {
  key: "effect-sync",
  name: "foreign Effect, done at once",
  unit: "ns",
  goal: 300,
  count: 200_000,
  fibril: (count) => spawn(performSync, count),
  effect: (count) => Effect.runPromise(performSyncEffect(count)),
};

function* performAsync(count: number) {
  for (let i = 0; i < count; i++) yield* Effect.yieldNow;
}

const performAsyncEffect = Effect.fnUntraced(performAsync);

export const effectAsync: TimeCase = {
  key: "effect-async",
  name: "foreign Effect, async",
  unit: "ns",
  goal: 450,
  count: 100_000,
  fibril: (count) => spawn(performAsync, count),
  effect: (count) => Effect.runPromise(performAsyncEffect(count)),
};
