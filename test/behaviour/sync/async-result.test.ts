import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import { GreenletExit, getHub, joinAll, sleep, spawn, Timeout, wait } from "fibril";
import { select } from "fibril/channel";
import { AsyncResult, InvalidStateError } from "fibril/sync";
import { expect, test } from "vitest";
import { after, failAfter, thrownBy, virtually } from "../../harness/virtual.ts";

test(
  "set gives the value to all who wait, in order, and to all after them",
  virtually(function* () {
    const result = new AsyncResult<string>();
    const trace: string[] = [];
    function* getter(n: number) {
      trace.push(`${n} ${yield* result.get()}`);
    }
    for (const n of [0, 1, 2]) spawn(getter, n);
    yield* sleep();
    result.set("x");
    trace.push("set");
    spawn(() => trace.push("after"));
    yield* getter(3);
    expect(trace).toEqual(["set", "0 x", "1 x", "2 x", "after", "3 x"]);
    expect([yield* result.get(), yield* result.wait(), result.getNowait()]).toEqual([
      "x",
      "x",
      "x",
    ]);
    expect([result.value, result.exception]).toEqual(["x", undefined]);
  }),
);

test(
  "setException throws the same error object at every get",
  virtually(function* () {
    const result = new AsyncResult<string, Error>();
    const error = new Error("no");
    const getters = [1, 2].map(() => spawn(() => thrownBy(result.get())));
    const waiter = spawn(() => result.wait());
    yield* sleep();
    result.setException(error);
    expect(yield* joinAll(getters)).toEqual([error, error]);
    expect(yield* thrownBy(result.get())).toBe(error);
    expect(() => result.getNowait()).toThrow(error);
    expect([yield* waiter, yield* result.wait()]).toEqual([undefined, undefined]);
    expect([result.ready(), result.successful()]).toEqual([true, false]);
    expect([result.value, result.exception]).toEqual([undefined, error]);
  }),
);

test("before it is settled it is not ready, and getNowait throws a Timeout", () => {
  const result = new AsyncResult<number>();
  expect([result.ready(), result.successful()]).toEqual([false, false]);
  expect([result.value, result.exception]).toEqual([undefined, undefined]);
  expect(() => result.getNowait()).toThrow(Timeout);
});

test("undefined is a value like any other, as an error too", () => {
  const result = new AsyncResult<undefined>();
  result.set(undefined);
  expect([result.ready(), result.successful(), result.getNowait()]).toEqual([
    true,
    true,
    undefined,
  ]);
  const failed = new AsyncResult();
  failed.setException(undefined);
  expect([failed.ready(), failed.successful()]).toEqual([true, false]);
  expect(() => failed.getNowait()).toThrow();
});

test("it is settled once: a second time is refused, and changes nothing", () => {
  const [set, failed] = [new AsyncResult<number>(), new AsyncResult<number>()];
  set.set(1);
  failed.setException("no");
  for (const result of [set, failed]) {
    for (const again of [() => result.set(2), () => result.setException("yes")]) {
      expect(again).toThrow(InvalidStateError);
    }
  }
  expect(() => set.set(2)).toThrow("Cannot set an AsyncResult that has a value already");
  expect(() => failed.set(2)).toThrow("Cannot set an AsyncResult that has an error already");
  expect([set.value, failed.exception]).toEqual([1, "no"]);
});

test(
  "past its timeout get throws a Timeout, and wait gives undefined",
  virtually(function* () {
    const result = new AsyncResult<number>();
    const error = yield* thrownBy(result.get({ timeout: 5 }));
    expect(error).toMatchObject({ name: "TimeoutError", message: "Timed out after 5ms" });
    expect(yield* result.wait({ timeout: 5 })).toBe(undefined);
    const outer = Timeout.start(5);
    expect(yield* thrownBy(result.wait({ timeout: 10 }))).toBe(outer);
    result.set(1);
    expect([yield* result.get({ timeout: 0 }), yield* result.wait({ timeout: 0 })]).toEqual([1, 1]);
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "settle takes over how a fiber has ended, in each way",
  virtually(function* () {
    const results = [1, 2, 3].map(() => new AsyncResult<unknown>());
    const [value, failure, killed] = results as [AsyncResult, AsyncResult, AsyncResult];
    spawn(after, 5, "done").link(value.settle);
    spawn(failAfter, 5, "failed").link(failure.settle);
    const victim = spawn(() => sleep("1 hour"));
    victim.link(killed.settle);
    yield* sleep();
    void victim.kill();
    expect(yield* value.get()).toBe("done");
    expect(yield* thrownBy(failure.get())).toBe("failed");
    expect(yield* thrownBy(killed.get())).toBeInstanceOf(GreenletExit);
    const copy = new AsyncResult<unknown>();
    value.rawLink(copy.settle);
    expect(yield* copy.get()).toBe("done");
    const last = new AsyncResult<unknown>();
    expect(() => last.settle(new AsyncResult())).toThrow(InvalidStateError);
    expect(last.ready()).toBe(false);
    expect(value.settle).toBe(value.settle);
  }),
);

test(
  "a link that settles can be taken back",
  virtually(function* () {
    const result = new AsyncResult<unknown>();
    const fiber = spawn(after, 5, "done");
    fiber.link(result.settle);
    fiber.unlink(result.settle);
    expect(yield* result.get({ timeout: 10 }).pipe(Effect.flip)).toBeInstanceOf(Timeout);
  }),
);

test(
  "a kill at get leaves no trace; a value that was on its way comes first",
  virtually(function* () {
    const result = new AsyncResult<number>();
    const trace: unknown[] = [];
    function* getter() {
      trace.push(yield* result.get());
    }
    const [early, late] = [spawn(getter), spawn(getter)];
    yield* sleep();
    expect(early.parkReason).toBe("result.get");
    yield* early.kill();
    result.set(7);
    yield* late.kill();
    expect(trace).toEqual([7]);
    expect([early.status, late.status]).toEqual(["killed", "success"]);
  }),
);

test(
  "select takes get and wait; a failure of the first is thrown",
  virtually(function* () {
    const [a, b] = [new AsyncResult<number>(), new AsyncResult<string>()];
    const first = spawn(() => select({ a: a.get(), b: b.wait(), late: sleep("1 hour") }));
    const failing = spawn(() => select([a.get()]));
    yield* sleep();
    b.set("x");
    expect(yield* first).toEqual({ key: "b", value: "x" });
    a.setException("no");
    expect(yield* thrownBy(failing.get())).toBe("no");
    expect(yield* thrownBy(select([a.get(), b.get()]))).toBe("no");
    expect(yield* select([b.get({}), a.get()])).toEqual({ index: 0, value: "x" });
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "wait of several results gives them as they are settled",
  virtually(function* () {
    const [a, b, c] = [new AsyncResult(), new AsyncResult(), new AsyncResult()];
    c.set(3);
    spawn(function* () {
      yield* sleep(5);
      b.set(2);
      a.setException(1);
    });
    expect(yield* wait([a, b, c])).toEqual([c, b, a]);
    const never = () => expect.unreachable();
    const late = new AsyncResult();
    late.rawLink(never);
    late.set(1);
    late.unlink(never);
    yield* sleep();
  }),
);

test("its error is a typed failure in an Effect program", async () => {
  const result = new AsyncResult<number, "no">();
  const program = Effect.flip(result.get());
  const caught = Effect.runPromise(program);
  const exit = Effect.runPromiseExit(result.get());
  await sleep();
  result.setException("no");
  expect(await caught).toBe("no");
  expect(await exit).toEqual(Exit.fail("no"));
  expect(await Effect.runPromise(program)).toBe("no");
  await expect(result.get().then()).rejects.toBe("no");
});
