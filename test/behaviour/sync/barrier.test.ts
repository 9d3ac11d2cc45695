import { GreenletExit, getHub, joinAll, killAll, sleep, spawn, Timeout } from "fibril";
import { select } from "fibril/channel";
import { Barrier, BrokenBarrierError } from "fibril/sync";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

test(
  "everybody waits for the last, and gets the number of those before",
  virtually(function* () {
    const barrier = new Barrier(3);
    const trace: unknown[] = [];
    function* walker(name: string) {
      const index = yield* barrier.wait();
      trace.push(`${name} ${index}`);
    }
    const fibers = ["a", "b"].map((name) => spawn(walker, name));
    yield* sleep();
    expect([barrier.parties, barrier.nWaiting, barrier.broken, trace]).toEqual([3, 2, false, []]);
    expect(fibers[0]?.parkReason).toBe("barrier.wait (2 of 3 are there)");
    expect(yield* barrier.wait()).toBe(2);
    expect(barrier.nWaiting).toBe(0);
    trace.push("last");
    yield* joinAll(fibers);
    expect(trace).toEqual(["last", "a 0", "b 1"]);
  }),
);

test(
  "it can be passed round after round, and nobody overtakes",
  virtually(function* () {
    const barrier = new Barrier(3);
    const rounds: number[] = [];
    const indices: number[] = [];
    function* walker(pace: number) {
      for (let round = 0; round < 10; round++) {
        yield* sleep(pace);
        rounds.push(round);
        indices.push(yield* barrier.wait());
      }
    }
    yield* joinAll([0, 1, 3].map((pace) => spawn(walker, pace)));
    expect(rounds).toEqual([...rounds].sort((a, b) => a - b));
    expect(indices.sort()).toEqual([0, 1, 2].flatMap((n) => Array(10).fill(n)));
  }),
);

test(
  "one of one never waits",
  virtually(function* () {
    let actions = 0;
    const barrier = new Barrier(1, { action: () => actions++ });
    expect([yield* barrier.wait(), yield* barrier.wait(), actions]).toEqual([0, 0, 2]);
  }),
);

test(
  "the last to arrive runs the action, once, before anybody goes on",
  virtually(function* () {
    const trace: string[] = [];
    const barrier = new Barrier(2, {
      *action() {
        trace.push("action");
        yield* sleep(5);
        trace.push("done");
      },
    });
    function* walker(name: string) {
      yield* barrier.wait();
      trace.push(name);
    }
    const fibers = ["a", "b", "c", "d"].map((name) => spawn(walker, name));
    yield* joinAll(fibers);
    expect(trace).toEqual(["action", "done", "b", "a", "action", "done", "d", "c"]);
    expect(getHub().now()).toBe(10);
  }),
);

test(
  "an action that fails breaks it: its error for the last, BrokenBarrierError for the others",
  virtually(function* () {
    const barrier = new Barrier(2, {
      action: () => {
        throw new Error("no");
      },
    });
    const first = spawn(() => thrownBy(barrier.wait()));
    yield* sleep();
    expect(yield* thrownBy(barrier.wait())).toEqual(new Error("no"));
    expect(yield* first).toBeInstanceOf(BrokenBarrierError);
    expect(barrier.broken).toBe(true);
  }),
);

test(
  "a timeout of one breaks it for all, until reset",
  virtually(function* () {
    const barrier = new Barrier(3);
    const patient = spawn(() => thrownBy(barrier.wait()));
    const impatient = spawn(() => thrownBy(barrier.wait({ timeout: 5 })));
    const errors = yield* joinAll([patient, impatient]);
    for (const error of errors) {
      expect(error).toMatchObject({ name: "BrokenBarrierError", _tag: "BrokenBarrierError" });
    }
    expect([barrier.broken, barrier.nWaiting, getHub().now()]).toEqual([true, 0, 5]);
    expect(yield* thrownBy(barrier.wait())).toMatchObject({
      message: "The barrier is broken: reset() makes it as new",
    });
    barrier.reset();
    expect(barrier.broken).toBe(false);
    const fibers = [1, 2, 3].map(() => spawn(() => barrier.wait()));
    expect(yield* joinAll(fibers)).toEqual([0, 1, 2]);
  }),
);

test(
  "its own timeout is for every wait without one",
  virtually(function* () {
    const barrier = new Barrier(2, { timeout: "10 millis" });
    expect(yield* thrownBy(barrier.wait())).toBeInstanceOf(BrokenBarrierError);
    expect(getHub().now()).toBe(10);
    barrier.reset();
    const waiting = spawn(() => barrier.wait({ timeout: "1 second" }));
    yield* sleep(50);
    expect([yield* barrier.wait(), yield* waiting]).toEqual([1, 0]);
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "a kill, an abort and a timeout from outside break it at once",
  virtually(function* () {
    const barrier = new Barrier(3);
    const other = () => spawn(() => thrownBy(barrier.wait()));
    const controller = new AbortController();
    const outcomes: unknown[] = [];
    function* victim(signal?: AbortSignal) {
      outcomes.push(yield* thrownBy(barrier.wait({ signal })));
    }
    let broken = other();
    const killed = spawn(victim);
    yield* sleep();
    void killed.kill();
    expect(barrier.broken).toBe(true);
    expect(yield* broken).toMatchObject({
      message:
        "The barrier was broken: somebody was killed or timed out there: reset() makes it as new",
    });
    barrier.reset();
    broken = other();
    const aborted = spawn(victim, controller.signal);
    yield* sleep();
    controller.abort(new Error("enough"));
    yield* aborted;
    barrier.reset();
    const timeout = Timeout.start(5);
    outcomes.push(yield* thrownBy(barrier.wait()));
    expect(outcomes).toEqual([expect.any(GreenletExit), new Error("enough"), timeout]);
    expect([barrier.broken, barrier.nWaiting]).toEqual([true, 0]);
    expect(yield* broken).toBeInstanceOf(BrokenBarrierError);
  }),
);

test(
  "who was let go on before the kill came has passed",
  virtually(function* () {
    const barrier = new Barrier(2);
    const fiber = spawn(() => barrier.wait());
    yield* sleep();
    yield* barrier.wait();
    yield* fiber.kill();
    expect([fiber.value, barrier.broken]).toEqual([0, false]);
  }),
);

test(
  "abort breaks it, reset lets those go who wait and makes it as new",
  virtually(function* () {
    const barrier = new Barrier(3);
    for (const act of [() => barrier.abort(), () => barrier.reset()]) {
      const waiting = [1, 2].map(() => spawn(() => thrownBy(barrier.wait())));
      yield* sleep();
      act();
      for (const error of yield* joinAll(waiting)) {
        expect(error).toBeInstanceOf(BrokenBarrierError);
      }
      barrier.abort();
      expect([barrier.broken, barrier.nWaiting]).toEqual([true, 0]);
      barrier.reset();
      expect(barrier.broken).toBe(false);
    }
    const waiting = [1, 2, 3].map(() => spawn(() => barrier.wait()));
    expect(yield* joinAll(waiting)).toEqual([0, 1, 2]);
  }),
);

test(
  "a reset or a kill during the action breaks that round",
  virtually(function* () {
    const barrier = new Barrier(2, { action: () => sleep(5) });
    const round = () => [1, 2].map(() => spawn(() => barrier.wait()));
    const reset = round();
    yield* sleep(1);
    barrier.reset();
    const late = round();
    yield* joinAll([...reset, ...late], { raiseError: false });
    for (const fiber of reset) expect(fiber.exception).toBeInstanceOf(BrokenBarrierError);
    expect(late.map((fiber) => fiber.value)).toEqual([0, 1]);
    const killed = round();
    yield* sleep(1);
    yield* killAll([killed[1] as never]);
    expect(
      yield* thrownBy((killed[0] as never as (typeof killed)[0])?.get() as never),
    ).toBeInstanceOf(BrokenBarrierError);
    expect(barrier.broken).toBe(true);
  }),
);

test("it works at the top level and in async functions", async () => {
  const barrier = new Barrier(3);
  const walkers = [barrier.wait(), spawn(async () => await barrier.wait()), barrier.wait()];
  expect((await Promise.all(walkers)).sort()).toEqual([0, 1, 2]);
  await expect(barrier.wait({ timeout: 1 }).then()).rejects.toBeInstanceOf(BrokenBarrierError);
});

test("bad arguments are refused at the call", () => {
  for (const parties of [0, -1, 1.5, Number.NaN]) {
    expect(() => new Barrier(parties)).toThrow(RangeError);
  }
  expect(() => new Barrier("2" as never)).toThrow(
    'Cannot make a Barrier for "2" parties: pass a number',
  );
  expect(() => new Barrier(2, { timeout: Number.NaN })).toThrow(RangeError);
  expect(() => new Barrier(2, { action: 5 as never })).toThrow(TypeError);
  expect(() => new Barrier(2, 5 as never)).toThrow(TypeError);
  const barrier = new Barrier(2);
  expect(() => barrier.wait(5 as never)).toThrow(TypeError);
  expect(() => select([barrier.wait()])).toThrow("Cannot select element 0");
});
