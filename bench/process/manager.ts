/** A Manager's calls, one JSON line each: `node -C fibril-source bench/process/manager.ts`, beside manager.py. */

import { joinAll, spawn, type Yieldable } from "fibril";
import { Manager, type SyncManager } from "fibril/process";
import { report } from "./report.ts";

const CALLS = 20_000;
const FIBERS = 32;

type Call = (i: number) => Generator<Yieldable, unknown, unknown>;

/** So many calls in a row, by each of `fibers` at once, in thousands a second. */
async function rate(fibers: number, call: Call, calls: number = CALLS): Promise<number> {
  const began = performance.now();
  const each = Math.ceil(calls / fibers);
  await spawn(function* () {
    const callers = Array.from({ length: fibers }, () =>
      spawn(function* () {
        for (let i = 0; i < each; i++) yield* call(i);
      }),
    );
    yield* joinAll(callers);
  });
  return (each * fibers) / (performance.now() - began);
}

async function measureAll(manager: SyncManager): Promise<void> {
  const [dict, list] = [await manager.dict<string, number>(), await manager.list()];
  const [queue, lock] = [await manager.Queue(), await manager.Lock()];
  const calls: Record<string, Call> = {
    "dict set": function* (i) {
      yield* dict.set("k", i);
    },
    "dict get": function* () {
      yield* dict.get("k");
    },
    "list push": function* (i) {
      yield* list.push(i);
    },
    "queue put and get": function* (i) {
      yield* queue.put(i);
      yield* queue.get();
    },
    "lock acquire and release": function* () {
      yield* lock.acquire();
      yield* lock.release();
    },
  };
  for (const [name, call] of Object.entries(calls)) {
    await report(`${name}, one fiber`, "k/s", () => rate(1, call));
    await report(`${name}, ${FIBERS} fibers`, "k/s", () => rate(FIBERS, call));
  }
}

async function start(): Promise<number> {
  const began = performance.now();
  const manager = await Manager();
  const millis = performance.now() - began;
  await manager.shutdown();
  return millis;
}

async function main(): Promise<void> {
  const manager = await Manager();
  await measureAll(manager);
  await manager.shutdown();
  await report("start", "ms", start);
}

if (import.meta.main) await main();
