import { type Fiber, getHub, joinAll, kill, sleep, spawn } from "fibril";
import { trace, virtualHub } from "fibril/testing";
import { expect, test } from "vitest";
import { virtually } from "../../harness/virtual.ts";

const joinHub = getHub().join as unknown as (options?: unknown) => unknown;

test(
  "there is one hub, and its clock is the one that sleep goes by",
  virtually(function* () {
    expect(getHub()).toBe(getHub());
    expect(getHub().now()).toBe(0);
    yield* sleep("1 day");
    expect(getHub().now()).toBe(86_400_000);
  }),
);

test(
  "the hub is joined when no fiber is left but those that join it",
  virtually(function* () {
    const order: string[] = [];
    function* joiner(name: string) {
      order.push(`${name}: ${yield* getHub().join()} at ${getHub().now()}`);
    }
    const joiners = [spawn(joiner, "a"), spawn(joiner, "b")];
    spawn(() => sleep(20));
    yield* getHub().join();
    order.push("main");
    yield* joinAll(joiners);
    expect(order.sort()).toEqual(["a: true at 20", "b: true at 20", "main"]);
  }),
);

test("a fiber that the top level awaits may itself wait until nothing is left", async () => {
  const fiber = spawn(function* () {
    const other = spawn(() => sleep(1));
    yield* getHub().join();
    return other.dead;
  });
  expect(await fiber).toBe(true);
});

test("an async body that awaits the hub does not wait for itself", async () => {
  const other = spawn(() => sleep(1));
  const fiber = spawn(async () => {
    await getHub().join();
    return other.dead;
  });
  expect(await fiber).toBe(true);
});

test("bare numbers and odd timeouts are errors at the call", () => {
  expect(() => joinHub(5)).toThrow(TypeError);
  expect(() => joinHub({ timeout: Number.NaN })).toThrow(RangeError);
});

test("a trace has a line for every spawn, run, park and end", async () => {
  const recorded = trace();
  const fiber = spawn({ name: "worker" }, function* () {
    yield* sleep(0);
    yield* sleep(1);
  });
  const killed = spawn({ name: "killed" }, () => sleep("1 hour"));
  void kill(killed);
  await fiber;
  recorded[Symbol.dispose]();
  const lines = recorded.lines.filter((line) => /worker|killed/.test(line));
  expect(lines.filter((line) => line.includes("worker") && !line.includes("main"))).toEqual([
    "spawn worker",
    "run worker",
    "park worker: sleep(0)",
    "run worker",
    "park worker: sleep(1ms)",
    "run worker",
    "end worker",
  ]);
  expect(lines).toContain("end killed");
  const { length } = recorded.lines;
  await spawn(() => 1);
  expect(recorded.lines.length).toBe(length);
});

test("one trace at a time", () => {
  const recorded = trace();
  expect(() => trace()).toThrow(/Another trace/);
  recorded[Symbol.dispose]();
});

test("a virtual clock can't be put in or taken out while timers are pending", async () => {
  const fiber = spawn(() => sleep("1 hour"));
  await sleep();
  expect(() => virtualHub()).toThrow(/while timers are pending/);
  await kill(fiber);
  const virtual = virtualHub();
  let left: Fiber | undefined;
  await virtual.run(() => {
    left = spawn(() => sleep(5));
  });
  await sleep();
  expect(() => virtual[Symbol.dispose]()).toThrow(/pending/);
  await kill(left as Fiber);
  virtual[Symbol.dispose]();
});

test("a virtual hub runs bodies of every kind and hands on what they throw", async () => {
  const virtual = virtualHub();
  const error = new Error("thrown");
  expect(await virtual.run(() => "plain")).toBe("plain");
  expect(await virtual.run(async () => "async")).toBe("async");
  await expect(
    virtual.run(function* () {
      yield* sleep("52 weeks");
      throw error;
    }),
  ).rejects.toBe(error);
  expect(virtual.now()).toBe(52 * 7 * 86_400_000);
  virtual[Symbol.dispose]();
});
