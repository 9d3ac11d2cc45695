import { type Fiber, GreenletExit, getCurrent, getHub, sleep, spawn, wrap } from "fibril";
import { expect, test } from "vitest";

const wrapOf = wrap as unknown as (...args: unknown[]) => unknown;

test("each call is a fiber of its own, and gives a Promise of its value", async () => {
  const double = wrap(function* double(n: number) {
    yield* sleep(1);
    return [n * 2, getCurrent()?.name.startsWith("double-")];
  });
  const promises = [1, 2, 3].map((n) => double(n));
  expect(promises.every((promise) => promise instanceof Promise)).toBe(true);
  expect(await Promise.all(promises)).toEqual([
    [2, true],
    [4, true],
    [6, true],
  ]);
});

test("nothing of the body runs at the call", async () => {
  const trace: string[] = [];
  const promise = wrap(() => trace.push("body"))();
  trace.push("called");
  await promise;
  expect(trace).toEqual(["called", "body"]);
});

test("it hands on this and the arguments, to every kind of body", async () => {
  const counter = {
    count: 10,
    generator: wrap(function* (this: { count: number }, n: number) {
      yield* sleep();
      return this.count + n;
    }),
    asynchronous: wrap(async function (this: { count: number }, n: number) {
      await sleep();
      return this.count + n;
    }),
    plain: wrap(function (this: { count: number }, n: number) {
      return this.count + n;
    }),
  };
  expect(
    await Promise.all([counter.generator(1), counter.asynchronous(2), counter.plain(3)]),
  ).toEqual([11, 12, 13]);
});

test("a failure rejects the promise with the error itself", async () => {
  const error = new Error("rejected");
  const failing = wrap(function* () {
    yield* sleep();
    throw error;
  });
  await expect(failing()).rejects.toBe(error);
});

test("the signal's abort kills all that run, and those called later before they begin", async () => {
  const controller = new AbortController();
  const reason = new GreenletExit("closing");
  const trace: string[] = [];
  const handler = wrap(
    function* (name: string) {
      try {
        trace.push(`${name} begins`);
        yield* sleep("1 hour");
      } finally {
        trace.push(`${name} ends`);
      }
    },
    { signal: controller.signal },
  );
  const promises = [handler("a"), handler("b")];
  await sleep();
  controller.abort(reason);
  promises.push(handler("late"));
  const settled = await Promise.allSettled(promises);
  expect(settled.map((each) => (each as PromiseRejectedResult).reason)).toEqual([
    reason,
    reason,
    reason,
  ]);
  expect(trace).toEqual(["a begins", "b begins", "a ends", "b ends"]);
  expect(getHub().fibers.length).toBe(0);
});

test("a call inside a fiber has that fiber as its spawner", async () => {
  const spawners: (Fiber | undefined)[] = [];
  const wrapped = wrap(() => void spawners.push(getCurrent()?.spawningFiber));
  const fiber = spawn(() => void wrapped());
  await fiber;
  await wrapped();
  expect(spawners.map((spawner) => spawner === fiber)).toEqual([true, false]);
});

test("what is no body is refused when it is wrapped", () => {
  expect(() => wrapOf(5)).toThrow(TypeError);
  expect(() => wrapOf(async function* () {})).toThrow(TypeError);
  expect(() => wrapOf(undefined)).toThrow(TypeError);
  expect(() => wrapOf(sleep(1))).toThrow(/pass a function/);
});
