/** Calls a second of a Manager's dict, one after the other. */

import { spawn, type Yieldable } from "fibril";
import { Manager } from "fibril/process";
import { measure, perSecond } from "./measure.ts";

type Call = (i: number) => Generator<Yieldable, unknown, unknown>;

async function rate(count: number, call: Call): Promise<number> {
  const began = performance.now();
  await spawn(function* () {
    for (let i = 0; i < count; i++) yield* call(i);
  });
  return perSecond(count, began);
}

async function main(): Promise<void> {
  const manager = await Manager();
  const dict = await manager.dict<string, number>();
  const set: Call = function* (i) {
    yield* dict.set("k", i);
  };
  const get: Call = function* () {
    yield* dict.get("k");
  };
  await measure({
    "manager/set": (count) => rate(count, set),
    "manager/get": (count) => rate(count, get),
  });
  await manager.shutdown();
}

if (import.meta.main) void main();
