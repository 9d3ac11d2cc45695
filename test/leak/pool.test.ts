import { getHub, joinAll, killAll, sleep, spawn } from "fibril";
import { Local } from "fibril/local";
import { Group, Pool } from "fibril/pool";
import { expect, test } from "vitest";
import { collectGarbage } from "../harness/garbage.ts";

const COUNT = 5_000;

/** A fiber that is kept takes 270 bytes; some of V8's own tables grow with the number of runs. */
const BYTES_LEFT_PER_FIBER = 100;

// One for all runs: whatever a group, a pool or a Local keeps shows here.
const group = new Group();
const pool = new Pool(8);
const local = new Local({ n: 0 });
const fibers = Array.from({ length: COUNT }, (_, n) => n);

/** Each of these sends fibers by the thousand through them and leaves none. */
const loads: Readonly<Record<string, () => Promise<unknown>>> = {
  "spawned and joined": async () => {
    for (const n of fibers) group.spawn(double, n);
    await group.join();
  },
  "let in one after the other": async () => {
    for (const n of fibers) pool.applyAsync(double, [n]);
    await pool.join();
  },
  "killed in line and at work": async () => {
    for (const _ of fibers) group.add(pool.applyAsync(nap));
    await sleep();
    await pool.kill();
    await group.join();
  },
  "whose spawners were killed in line": async () => {
    const blocker = pool.mapAsync(nap, fibers.slice(0, 8));
    await sleep();
    const spawners = fibers.map(() => spawn(() => pool.spawn(double, 1)));
    await sleep();
    await killAll(spawners);
    void blocker.kill();
    await pool.kill();
  },
  "joined with a timeout by many": async () => {
    const member = group.spawn(nap);
    const joiners = fibers.map(() => spawn(() => group.join({ timeout: "1 hour" })));
    await sleep();
    await killAll(joiners);
    await member.kill();
  },
  "that failed, and nobody joined": async () => {
    // Seen at once, or they are kept for their report.
    const failing = fibers.map(() => group.spawn(fail));
    await spawn(() => joinAll(failing, { raiseError: false }));
  },
  "mapped in every way": async () => {
    await pool.map(double, fibers);
    for await (const n of pool.imapUnordered(double, fibers, { maxsize: 100 })) ignore(n);
  },
  "whose results were dropped": async () => {
    for (let i = 0; i < COUNT / 10; i++) await pool.imap(double, fibers, { maxsize: 3 }).next();
    await pool.join();
  },
  "with attributes": async () => {
    await joinAll(fibers.map((n) => spawn(touch, n)));
  },
};

function* double(n: number) {
  yield* sleep(0);
  return n * 2;
}

function* nap() {
  yield* sleep("1 hour");
}

function* fail() {
  yield* sleep(0);
  throw new Error("failed");
}

function* touch(n: number) {
  local.n = n;
  yield* sleep(0);
  return local.n;
}

function ignore(_: unknown) {
  // Only that it comes matters.
}

test.each(Object.entries(loads))("members %s leave nothing behind", async (_name, run) => {
  // Twice before the measure: code is compiled, rings and tables have grown.
  for (let i = 0; i < 2; i++) await run();
  const before = await settledHeap();
  for (let i = 0; i < 3; i++) await run();
  const grown = (await settledHeap()) - before;
  expect([group.length, pool.length, pool.freeCount()]).toEqual([0, 0, 8]);
  expect([getHub().fibers.length, getHub().timers, getHub().ready]).toEqual([0, 0, 0]);
  expect(grown).toBeLessThan(3 * COUNT * BYTES_LEFT_PER_FIBER);
});

/** The heap after everything that is due was done and collected. */
async function settledHeap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}
