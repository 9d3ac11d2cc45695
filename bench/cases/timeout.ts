import * as Effect from "effect/Effect";
import { spawn, withTimeout } from "fibril";
import type { TimeCase } from "../case.ts";

function* limitTimes(count: number) {
  const ended = spawn(() => 1);
  yield* ended;
  const ready = ended.get();
  for (let i = 0; i < count; i++) yield* withTimeout("1 second", ready);
}

const limitTimesEffect = Effect.fnUntraced(function* (count: number) {
  const ready = Effect.succeed(1);
  for (let i = 0; i < count; i++) yield* Effect.timeout(ready, "1 second");
});

async function limitTimesPromise(count: number): Promise<void> {
  const ready = Promise.resolve(1);
  for (let i = 0; i < count; i++) await race(ready, 1000);
}

async function race(promise: Promise<number>, millis: number): Promise<number> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("Timed out")), millis);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}

export const timeoutUnused: TimeCase = {
  key: "timeout",
  name: "withTimeout around a Wait that is ready",
  unit: "ns",
  count: 50_000,
  fibril: (count) => spawn(limitTimes, count),
  effect: (count) => Effect.runPromise(limitTimesEffect(count)),
  promise: limitTimesPromise,
};
