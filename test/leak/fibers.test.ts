import {
  type Fiber,
  forEach,
  getHub,
  iwait,
  joinAll,
  killAll,
  sleep,
  spawn,
  Timeout,
  until,
  wait,
  withTimeout,
  type Yieldable,
} from "fibril";
import { expect, test } from "vitest";
import { collectGarbage } from "../harness/garbage.ts";

const COUNT = 10_000;

/** One that is kept takes 270 bytes; some of V8's own tables grow with the number of runs. */
const BYTES_LEFT_PER_FIBER = 100;

/** Each of these makes fibers by the thousand and leaves none. */
const loads: Readonly<Record<string, () => Promise<unknown>>> = {
  "spawned and joined": async () => {
    await joinAll(Array.from({ length: COUNT }, (_, n) => spawn(double, n)));
  },
  "killed before their start": async () => {
    await killAll(Array.from({ length: COUNT }, () => spawn(nap)));
  },
  "killed in their sleep": async () => {
    const fibers = Array.from({ length: COUNT }, () => spawn(nap));
    await sleep();
    await killAll(fibers);
  },
  "failed and observed": async () => {
    // Joined by a fiber, which looks before they fail: else they are kept for their report.
    await spawn(() => joinAll(spawnMany(fail), { raiseError: false }));
  },
  "that cancelled their timeouts": async () => {
    await joinAll(Array.from({ length: COUNT }, () => spawn(timed)));
  },
  "joined with a timeout, by many, and by those killed in it": async () => {
    const target = spawn(nap);
    const joiners = Array.from({ length: COUNT }, () => spawn(joinFor, target));
    await sleep();
    await killAll(joiners);
    expect(target.observers).toEqual([]);
    await target.kill();
  },
  "that waited for a promise and were killed": async () => {
    const never = new Promise(() => {});
    const fibers = Array.from({ length: COUNT / 10 }, () => spawn(() => until(never)));
    await sleep();
    await killAll(fibers);
  },
  "with async bodies": async () => {
    const fibers = Array.from({ length: COUNT / 10 }, () => spawn(asynchronous));
    await joinAll(fibers);
  },
  "linked, waited for and gone through": async () => {
    const fibers = Array.from({ length: COUNT / 10 }, (_, n) => spawn(double, n));
    for (const fiber of fibers) fiber.link(ignore);
    await wait(fibers);
    for await (const fiber of iwait(fibers)) ignore(fiber);
    await forEach(fibers, ignore, { concurrency: 3 });
  },
  "bound to one signal": async () => {
    const { signal } = new AbortController();
    await joinAll(Array.from({ length: COUNT / 10 }, () => spawn({ signal }, double, 1)));
  },
};

const spawnMany = (body: () => Generator<Yieldable<never>, void, unknown>) =>
  Array.from({ length: COUNT }, () => spawn(body));

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

function* timed() {
  const timeout = Timeout.start("1 hour");
  yield* withTimeout("1 hour", sleep(0));
  timeout.close();
}

function* joinFor(target: Fiber) {
  yield* target.join({ timeout: "1 hour" });
}

async function asynchronous() {
  await sleep(0);
  await withTimeout("1 hour", sleep(0));
}

function ignore(_: unknown) {
  // Only that it is called matters.
}

test.each(Object.entries(loads))("fibers %s leave nothing behind", async (_name, run) => {
  // Twice before the measure: code is compiled, rings and tables have grown.
  for (let i = 0; i < 2; i++) await run();
  const before = await settledHeap();
  for (let i = 0; i < 3; i++) await run();
  const grown = (await settledHeap()) - before;
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
