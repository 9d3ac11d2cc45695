import * as Effect from "effect/Effect";
import { spawn, until } from "fibril";
import type { TimeCase } from "../case.ts";

const resolved = Promise.resolve(1);
const resolvedEffect = Effect.promise(() => resolved);

function* waitTimes(count: number) {
  for (let i = 0; i < count; i++) yield* until(resolved);
}

const waitTimesEffect = Effect.fnUntraced(function* (count: number) {
  for (let i = 0; i < count; i++) yield* resolvedEffect;
});

async function awaitTimes(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await resolved;
}

export const wakeFromPromise: TimeCase = {
  key: "promise",
  name: "waking from a resolved promise",
  unit: "ns",
  count: 100_000,
  fibril: (count) => spawn(waitTimes, count),
  effect: (count) => Effect.runPromise(waitTimesEffect(count)),
  promise: awaitTimes,
};
