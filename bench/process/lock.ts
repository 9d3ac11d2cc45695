/** What a Lock costs that nobody else wants, how fast a permit gets to another process, and a dead one's lock. */

import { sleep, spawn } from "fibril";
import { Event, Lock, Process, Semaphore } from "fibril/process";
import { measure, nanosEach } from "./measure.ts";

/** The other process has given up looking by then, and is parked. */
const UNTIL_PARKED_MS = 2;
const UNTIL_NEXT_WAITS_MS = 20;

async function atOnce(count: number): Promise<number> {
  const lock = new Lock();
  return await spawn(() => {
    const began = performance.now();
    for (let i = 0; i < count; i++) {
      lock.tryAcquire();
      lock.release();
    }
    return nanosEach(count, began);
  });
}

async function inFiber(count: number): Promise<number> {
  const lock = new Lock();
  return await spawn(function* () {
    const began = performance.now();
    for (let i = 0; i < count; i++) {
      yield* lock.acquire();
      lock.release();
    }
    return nanosEach(count, began);
  });
}

export function* answer(ping: Semaphore, pong: Semaphore, count: number) {
  for (let i = 0; i <= count; i++) {
    yield* ping.acquire();
    pong.release();
  }
}

/** A permit's way to the other process, which is half of the way there and back. */
async function handOver(count: number, pause: number): Promise<number> {
  const [ping, pong] = [new Semaphore(0), new Semaphore(0)];
  const child = new Process({ target: answer, args: [ping, pong, count] });
  child.start();
  ping.release();
  await pong.acquire();
  const nanos = await spawn(function* () {
    let total = 0;
    for (let i = 0; i < count; i++) {
      if (pause > 0) yield* sleep(pause);
      const began = performance.now();
      ping.release();
      yield* pong.acquire();
      total += nanosEach(2, began);
    }
    return total / count;
  });
  await child.join();
  return nanos;
}

export function* hold(lock: Lock, held: Event) {
  yield* lock.acquire();
  held.set();
  yield* sleep(60_000);
}

/** From the SIGKILL of a lock's holder until the next one has it. */
async function afterDeath(count: number): Promise<number> {
  let millis = 0;
  for (let i = 0; i < count; i++) {
    const [lock, held] = [new Lock(), new Event()];
    const holder = new Process({ target: hold, args: [lock, held] });
    holder.start();
    await held.wait();
    const next = spawn(function* () {
      yield* lock.acquire();
      const now = performance.now();
      lock.release();
      return now;
    });
    await sleep(UNTIL_NEXT_WAITS_MS);
    const killed = performance.now();
    holder.kill();
    millis += (await next) - killed;
    await holder.join();
  }
  return (millis * 1e6) / count;
}

if (import.meta.main) {
  void measure({
    "lock/now": atOnce,
    "lock/fiber": inFiber,
    "lock/handover": (count) => handOver(count, 0),
    "lock/parked": (count) => handOver(count, UNTIL_PARKED_MS),
    "lock/death": afterDeath,
  });
}
