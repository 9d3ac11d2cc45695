import * as Effect from "effect/Effect";
import * as EffectFiber from "effect/Fiber";
import { type Fiber, joinAll, spawn } from "fibril";
import type { TimeCase } from "../case.ts";

function* identity(value: number): Generator<never, number, never> {
  return value;
}

const identityEffect = Effect.fnUntraced(function* (value: number) {
  return value;
});

async function identityPromise(value: number): Promise<number> {
  return value;
}

function* spawnMany(count: number) {
  const fibers: Fiber<number>[] = [];
  for (let i = 0; i < count; i++) fibers.push(spawn(identity, i));
  return yield* joinAll(fibers);
}

const forkMany = Effect.fnUntraced(function* (count: number) {
  const fibers: EffectFiber.Fiber<number>[] = [];
  for (let i = 0; i < count; i++) fibers.push(yield* Effect.forkChild(identityEffect(i)));
  for (const fiber of fibers) yield* EffectFiber.join(fiber);
});

export const spawnAndJoinAll: TimeCase = {
  key: "spawn",
  name: "spawn + joinAll, 100k alive, a fiber",
  unit: "ns",
  goal: 500,
  count: 100_000,
  fibril: (count) => spawn(spawnMany, count),
  effect: (count) => Effect.runPromise(forkMany(count)),
  promise: (count) => Promise.all(Array.from({ length: count }, (_, i) => identityPromise(i))),
};

function* spawnOneByOne(count: number) {
  for (let i = 0; i < count; i++) yield* spawn(identity, i).get();
}

const forkOneByOne = Effect.fnUntraced(function* (count: number) {
  for (let i = 0; i < count; i++) {
    yield* EffectFiber.join(yield* Effect.forkChild(identityEffect(i)));
  }
});

async function callOneByOne(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await identityPromise(i);
}

export const spawnAndJoinOne: TimeCase = {
  key: "spawn-one",
  name: "spawn + join, one at a time",
  unit: "ns",
  count: 100_000,
  fibril: (count) => spawn(spawnOneByOne, count),
  effect: (count) => Effect.runPromise(forkOneByOne(count)),
  promise: callOneByOne,
};
