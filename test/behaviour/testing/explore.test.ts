import { getHub, joinAll, sleep, spawn } from "fibril";
import { explore } from "fibril/testing";
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
