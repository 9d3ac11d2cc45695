/** From the start of a process that does nothing until it is joined, and of a spare one until it has set an Event. */

import { sleep } from "fibril";
import { Event, Process, prewarm } from "fibril/process";
import { measure } from "./measure.ts";

/** A spare is ready by then, on a machine with other work to do, too. */
const UNTIL_READY_MS = 250;

const nothing = undefined;

/** Needs something from around it, for which the child loads this module, and with it fibril/process. */
export function giveNothing(): undefined {
  return nothing;
}

const bySource = (): Process => new Process({ target: () => {} });
const byModule = (): Process => new Process({ target: giveNothing });

/** A process's time, averaged over `count` of them, one after the other. */
async function average(count: number, time: () => Promise<number>): Promise<number> {
  let millis = 0;
  for (let i = 0; i < count; i++) millis += await time();
  return (millis * 1e6) / count;
}

async function startAndJoin(child: Process): Promise<number> {
  const began = performance.now();
  child.start();
  await child.join();
  return performance.now() - began;
}

async function untilSet(): Promise<number> {
  const isUp = new Event();
  const child = new Process({ target: (event: Event) => event.set(), args: [isUp] });
  const began = performance.now();
  child.start();
  await isUp.wait();
  const millis = performance.now() - began;
  await child.join();
  return millis;
}

/** Each time with a spare process that is ready. */
async function withSpare(count: number, time: () => Promise<number>): Promise<number> {
  prewarm(1);
  const nanos = await average(count, async () => {
    await sleep(UNTIL_READY_MS);
    return time();
  });
  prewarm(0);
  return nanos;
}

if (import.meta.main) {
  void measure({
    "start/source": (count) => average(count, () => startAndJoin(bySource())),
    "start/module": (count) => average(count, () => startAndJoin(byModule())),
    "start/spare": (count) => withSpare(count, () => startAndJoin(bySource())),
    "start/ready": (count) => withSpare(count, untilSet),
  });
}
