import { type Fiber, getHub, kill, sleep, spawn, wait } from "fibril";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

const waitForAnything = wait as unknown as (...args: unknown[]) => unknown;

function* after(ms: number) {
  yield* sleep(ms);
  return ms;
}

const namesOf = (fibers: readonly Fiber[]) => fibers.map((fiber) => fiber.name);

/** Fibers whose names are the milliseconds after which they end. */
const sleepers = (...delays: number[]) =>
  delays.map((ms) => spawn({ name: String(ms) }, after, ms));

test(
  "wait gives the fibers in the order in which they finished",
  virtually(function* () {
    expect(namesOf(yield* wait(sleepers(30, 10, 20)))).toEqual(["10", "20", "30"]);
  }),
);

test(
  "what has finished already comes first, in input order, and can be waited for again",
  virtually(function* () {
    const fibers = sleepers(3, 2, 1, 9);
    yield* sleep(5);
    expect(namesOf(yield* wait(fibers))).toEqual(["3", "2", "1", "9"]);
    expect(namesOf(yield* wait(fibers))).toEqual(["3", "2", "1", "9"]);
    expect(getHub().now()).toBe(9);
  }),
);

test(
  "after a timeout it gives those that had finished, and throws nothing",
  virtually(function* () {
    const fibers = sleepers(30, 10, 20);
    expect(namesOf(yield* wait(fibers, { timeout: 25 }))).toEqual(["10", "20"]);
    expect([getHub().now(), fibers[0]?.dead]).toEqual([25, false]);
    expect(yield* wait(sleepers(5), { timeout: 0 })).toEqual([]);
  }),
);

test(
  "a count is how many are enough; more than there are means all, none means none",
  virtually(function* () {
    const fibers = sleepers(30, 10, 20);
    expect(yield* wait(fibers, { count: 0 })).toEqual([]);
    expect(yield* wait(fibers, { count: -1 })).toEqual([]);
    expect(namesOf(yield* wait(fibers, { count: 1 }))).toEqual(["10"]);
    expect(getHub().now()).toBe(10);
    expect(namesOf(yield* wait(fibers, { count: 99 }))).toEqual(["10", "20", "30"]);
    expect(getHub().now()).toBe(30);
  }),
);

test(
  "wait throws no failure of those it waits for",
  virtually(function* () {
    const bad = spawn(() => {
      throw new Error("bad");
    });
    const killed = spawn(() => sleep(1));
    void kill(killed);
    const finished: readonly Fiber[] = yield* wait<Fiber>([bad, killed]);
    expect(finished.map((fiber) => fiber.status).sort()).toEqual(["failure", "killed"]);
  }),
);

test(
  "an abort throws the signal's reason",
  virtually(function* () {
    const controller = new AbortController();
    const fibers = sleepers(30);
    spawn(function* () {
      yield* sleep(3);
      controller.abort("stop");
    });
    expect(yield* thrownBy(wait(fibers, { signal: controller.signal }))).toBe("stop");
    expect(getHub().now()).toBe(3);
  }),
);

test(
  "without objects it waits until no other fiber is left",
  virtually(function* () {
    const trace: string[] = [];
    const waiter = spawn(function* () {
      yield* wait();
      trace.push(`drained at ${getHub().now()}`);
    });
    spawn(function* () {
      yield* sleep(10);
      spawn(function* () {
        yield* sleep(10);
        trace.push(`grandchild at ${getHub().now()}`);
      });
    });
    spawn(function* () {
      yield* wait();
      trace.push("so is another that waits for the same");
    });
    spawn({ daemon: true }, () => sleep("1 hour"));
    yield* wait();
    yield* waiter;
    expect(trace.slice(0, 2)).toEqual(["grandchild at 20", "drained at 20"]);
    expect(getHub().now()).toBe(20);
  }),
);

test(
  "without objects a timeout gives false and leaves the fibers alone",
  virtually(function* () {
    const [slow] = sleepers(100);
    expect(yield* wait(undefined, { timeout: 10 })).toBe(false);
    expect(yield* getHub().join({ timeout: 10 })).toBe(false);
    expect([getHub().now(), slow?.dead]).toEqual([20, false]);
    expect(yield* wait()).toBe(true);
    expect(getHub().now()).toBe(100);
  }),
);

test("at the top level the hub is joined by await", async () => {
  const fiber = spawn(after, 1);
  expect(await getHub().join()).toBe(true);
  expect(fiber.dead).toBe(true);
  expect(await getHub().join()).toBe(true);
});

test(
  "a fiber that is killed in wait has taken its links off, and the drain forgets it",
  virtually(function* () {
    const links: string[] = [];
    const object = {
      rawLink: () => void links.push("link"),
      unlink: () => void links.push("unlink"),
    };
    const waiter = spawn(() => wait([object]));
    const drainer = spawn(() => wait());
    yield* sleep();
    yield* kill(waiter);
    yield* kill(drainer);
    expect(links).toEqual(["link", "unlink"]);
    expect(yield* wait()).toBe(true);
  }),
);

test("what has no rawLink is refused at the call, as are bad options", () => {
  expect(() => waitForAnything([5])).toThrow(TypeError);
  expect(() => waitForAnything([undefined])).toThrow(TypeError);
  expect(() => waitForAnything([spawn(() => 1), {}])).toThrow(/rawLink/);
  expect(() => waitForAnything([], 5)).toThrow(TypeError);
  expect(() => waitForAnything([], { timeout: Number.NaN })).toThrow(RangeError);
  expect(() => waitForAnything([], { count: Number.NaN })).toThrow(RangeError);
  expect(() => waitForAnything(undefined, { timeout: {} })).toThrow(TypeError);
});
