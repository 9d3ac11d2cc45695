import { getHub, joinAll, sleep, spawn, Timeout } from "fibril";
import { Event } from "fibril/sync";
import { explore, virtualHub } from "fibril/testing";
import { expect, test } from "vitest";

const failureOf = (exploring: Promise<void>) =>
  exploring.then(
    () => new Error("No schedule failed"),
    (error: Error) => error,
  );

/** Fails where c runs before a, whatever the other nine do. */
function* racy() {
  const order: string[] = [];
  const names = [..."abcdefghij"];
  const body = function* (name: string) {
    yield* sleep(0);
    order.push(name);
    yield* sleep(1);
  };
  yield* joinAll(names.map((name) => spawn(body, name)));
  if (order.indexOf("c") < order.indexOf("a")) throw new Error("c came first");
}

test("a failure is shrunk to the few choices that it takes, which do it again", async () => {
  const error = await failureOf(explore(racy, { shrink: true }));
  expect(error.cause).toEqual(new Error("c came first"));
  const schedule = /\{ schedule: "([\d: ]+)" \}$/.exec(error.message)?.[1] ?? "";
  expect(schedule.split(" ").length).toBeLessThanOrEqual(2);
  const again = await failureOf(explore(racy, { schedule }));
  expect(again.cause).toEqual(new Error("c came first"));
  expect(again.message).toContain(`"${schedule}"`);
});

test("an empty schedule is first in, first out", async () => {
  await explore(racy, { schedule: "" });
});

test("a schedule that nobody wrote is refused", async () => {
  const error = await failureOf(explore(racy, { schedule: "3:1 x" }));
  expect(error).toBeInstanceOf(RangeError);
});

test("a body that fails in the middle of its work leaves nothing behind", async () => {
  const order: string[] = [];
  const error = await failureOf(
    explore(function* () {
      spawn(function* () {
        try {
          yield* sleep("1 hour");
        } finally {
          order.push("cleaned up");
        }
      });
      yield* sleep(1);
      throw new Error("own");
    }),
  );
  expect(error.cause).toEqual(new Error("own"));
  expect(order).toEqual(["cleaned up"]);
  expect([getHub().fibers, getHub().timers]).toEqual([[], 0]);
  await explore(racy, { schedule: "" });
});

test("fibers that a run leaves behind are killed, and those that were there before are not", async () => {
  const order: string[] = [];
  const waiting = new Event();
  const before = spawn(() => waiting.wait());
  await explore(
    function* () {
      spawn(function* () {
        try {
          yield* sleep("1 hour");
        } finally {
          order.push("cleaned up");
        }
      });
      spawn(() => new Event().wait());
      yield* sleep(1);
    },
    { seeds: 2 },
  );
  expect(order).toEqual(["cleaned up", "cleaned up"]);
  expect([getHub().fibers.length, getHub().timers]).toEqual([1, 0]);
  waiting.set();
  expect(await before).toBe(true);
});

test("a timer that a run leaves behind fails it, and the system's clock is back", async () => {
  const error = await failureOf(
    explore(() => {
      Timeout.start("1 hour");
    }),
  );
  expect(String(error.cause)).toContain("timers are pending");
  expect(getHub().timers).toBe(0);
  const start = performance.now();
  await sleep(5);
  expect(performance.now() - start).toBeGreaterThan(4);
});

test("bodies of every kind are explored", async () => {
  let runs = 0;
  const count = async () => {
    await sleep("1 hour");
    runs++;
  };
  await explore(count, { seeds: 3 });
  expect(runs).toBe(3);
});

test("what would explore nothing is refused, and so is what is no seed", async () => {
  for (const seeds of [0, -1, 1.5, Number.NaN, "3" as never]) {
    expect(await failureOf(explore(racy, { seeds }))).toBeInstanceOf(RangeError);
  }
  expect(await failureOf(explore(racy, { first: 0.5 }))).toBeInstanceOf(RangeError);
  expect(await failureOf(explore(racy, 5 as never))).toBeInstanceOf(TypeError);
  expect(await failureOf(explore(5 as never))).toBeInstanceOf(TypeError);
  expect(() => virtualHub({ seed: Number.NaN })).toThrow(RangeError);
  expect(() => virtualHub(5 as never)).toThrow(TypeError);
  expect(getHub().timers).toBe(0);
});
