import * as Effect from "effect/Effect";
import { joinAll, sleep, spawn, until } from "fibril";
import { greenlet } from "fibril/greenlet";
import { Lock } from "fibril/sync";
import { assertSwitches } from "fibril/testing";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

const refused = expect.objectContaining({ name: "AssertionError" });

/** Computes, and lets nobody run. */
function compute(millis: number): void {
  const end = performance.now() + millis;
  while (performance.now() < end);
}

test(
  "a body that lets others run gives its value",
  virtually(function* () {
    const bodies = [
      sleep(0),
      sleep("1 hour"),
      Effect.sleep(1),
      () => until(Promise.resolve()),
      async () => "async",
      function* () {
        yield* spawn(() => 1);
      },
    ];
    for (const body of bodies) yield* assertSwitches(body as () => unknown);
    const value = yield* assertSwitches(function* () {
      yield* sleep(1);
      return "value";
    });
    expect(value).toBe("value");
  }),
);

test(
  "a body that never does is an AssertionError",
  virtually(function* () {
    const lock = new Lock();
    const bodies = [() => 1, lock.acquire(), Effect.succeed(1), sleep(1).pipe(() => Effect.void)];
    for (const body of bodies) {
      expect(yield* thrownBy(assertSwitches(body as () => unknown))).toEqual(refused);
    }
    const error = (yield* thrownBy(assertSwitches(() => 1))) as Error;
    expect(error.message).toMatch(/^"main" never let anybody else run, for \d+ms/);
  }),
);

test(
  "what the body throws comes first",
  virtually(function* () {
    const own = new Error("own");
    const thrower = () => {
      throw own;
    };
    expect(yield* thrownBy(assertSwitches(thrower))).toBe(own);
    expect(yield* thrownBy(assertSwitches(thrower, { maxBlockingTime: 0 }))).toBe(own);
  }),
);

test(
  "what others do is not the body's switch",
  virtually(function* () {
    const other = spawn(function* () {
      yield* sleep(1);
    });
    const quick = spawn(() => assertSwitches(() => 1));
    yield* joinAll([other, quick], { raiseError: false });
    expect(quick.exception).toEqual(refused);
  }),
);

test(
  "it nests: the inner switch is the outer's, too",
  virtually(function* () {
    yield* assertSwitches(() => assertSwitches(sleep(1)));
    const idle = assertSwitches(function* () {
      expect(yield* thrownBy(assertSwitches(() => 1))).toEqual(refused);
    });
    expect(yield* thrownBy(idle)).toEqual(refused);
  }),
);

test(
  "several at once do not disturb each other",
  virtually(function* () {
    const fibers = [1, 0, 2].map((ms) => spawn(() => assertSwitches(ms > 0 ? sleep(ms) : () => 0)));
    const exits = yield* joinAll(fibers, { raiseError: false });
    expect(exits.map((exit) => exit._tag)).toEqual(["Success", "Failure", "Success"]);
  }),
);

test(
  "a switch to another greenlet counts, unless only the hub does",
  virtually(function* () {
    function* body() {
      yield* greenlet(() => 1).switch();
    }
    yield* assertSwitches(body);
    expect(yield* thrownBy(assertSwitches(body, { hubOnly: true }))).toEqual(refused);
    yield* assertSwitches(sleep(1), { hubOnly: true });
  }),
);

test(
  "a maxBlockingTime is for every stretch, and enough",
  virtually(function* () {
    const halves = (ms: number) =>
      function* () {
        compute(ms);
        yield* sleep(0);
        compute(ms);
      };
    const tooLong = (yield* thrownBy(assertSwitches(halves(30), { maxBlockingTime: 20 }))) as Error;
    expect(tooLong).toEqual(refused);
    expect(tooLong.message).toMatch(/^"main" ran for \d+ms at a stretch, longer than 20ms/);
    // Together too long, apart not.
    yield* assertSwitches(halves(200), { maxBlockingTime: 390 });
    yield* assertSwitches(() => 1, { maxBlockingTime: "1 minute" });
    const atTheEnd = assertSwitches(
      function* () {
        yield* sleep(1);
        compute(30);
      },
      { maxBlockingTime: 20 },
    );
    expect(yield* thrownBy(atTheEnd)).toEqual(refused);
  }),
);

test(
  "time that it waits, or that others take, is no blocking",
  virtually(function* () {
    spawn(() => compute(300));
    yield* assertSwitches(sleep("1 hour"), { maxBlockingTime: 250 });
  }),
);

test("it can be awaited at the top level", async () => {
  await assertSwitches(sleep(1));
  await assertSwitches(async () => {
    await sleep(1);
  });
  await expect(assertSwitches(() => 1).then()).rejects.toEqual(refused);
});

test("bad input is refused at the call", () => {
  expect(() => assertSwitches(5 as never)).toThrow(TypeError);
  expect(() => assertSwitches(sleep(1), 5 as never)).toThrow(TypeError);
  expect(() => assertSwitches(sleep(1), { maxBlockingTime: Number.NaN })).toThrow(RangeError);
});
