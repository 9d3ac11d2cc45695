import { type Fiber, getCurrent, getHub, joinAll, kill, sleep, spawn, withTimeout } from "fibril";
import { Group, Pool } from "fibril/pool";
import { expect, test } from "vitest";
import { after, failAfter, thrownBy, virtually } from "../../harness/virtual.ts";

test(
  "apply runs a function of any kind in a new member, and gives its value",
  virtually(function* () {
    const pool = new Pool(1);
    expect(yield* pool.apply(after, [5, "generator function"])).toBe("generator function");
    expect(yield* pool.apply(async (n: number) => n * 2, [3])).toBe(6);
    expect(yield* pool.apply((a: number, b: number) => a + b, [1, 2])).toBe(3);
    expect(yield* pool.apply(() => sleep(1))).toBe(undefined);
    expect(yield* new Group().apply(() => "group")).toBe("group");
    expect(getHub().now()).toBe(6);
  }),
);

test(
  "apply waits for room, and throws what the function throws",
  virtually(function* () {
    const pool = new Pool(1);
    const error = new Error("failed");
    yield* pool.spawn(after, 10, 1);
    const applied: Fiber = spawn(() => pool.apply(failAfter, [5, error]));
    yield* sleep();
    expect(applied.parkReason).toBe("pool.spawn (full)");
    yield* applied.join();
    expect([applied.exception, getHub().now(), pool.length]).toEqual([error, 15, 0]);
    expect(yield* pool.join()).toBe(true);
  }),
);

test(
  "called by a member it runs there, so that a full pool can use itself",
  virtually(function* () {
    const pool = new Pool(1);
    const lengths: number[] = [];
    const depth = (n: number): unknown => {
      lengths.push(pool.length);
      return n === 0 ? "bottom" : pool.apply(depth, [n - 1]);
    };
    expect(yield* pool.apply(depth, [3])).toBe("bottom");
    expect(lengths).toEqual([1, 1, 1, 1]);
    const group = new Group();
    const self = yield* group.apply(function* () {
      const outer = [...group];
      const inner = yield* group.apply(() => [...group]);
      return outer[0] === inner[0] && inner.length === 1;
    });
    expect(self).toBe(true);
  }),
);

test("a member that is an async function can use its own full pool as well", async () => {
  const pool = new Pool(1);
  const inner = async (n: number) => {
    await sleep(1);
    return n * 2;
  };
  const outer = async (n: number) => {
    await sleep(1);
    return (await pool.apply(inner, [n])) + 1;
  };
  expect(await pool.apply(outer, [3])).toBe(7);
  const mixed = function* (n: number) {
    return yield* pool.apply(outer, [n]);
  };
  expect(await pool.apply(mixed, [4])).toBe(9);
});

test(
  "a kill or a timeout of the caller ends only the wait, or what runs in it",
  virtually(function* () {
    const pool = new Pool(1);
    const trace: string[] = [];
    function* work(name: string) {
      try {
        yield* sleep(10);
        trace.push(`${name} done`);
      } finally {
        trace.push(`${name} over`);
      }
    }
    const caller = spawn(() => pool.apply(work, ["left"]));
    yield* sleep();
    yield* kill(caller);
    expect([pool.length, trace]).toEqual([1, []]);
    yield* pool.join();
    const member = yield* pool.spawn(() =>
      withTimeout(5, pool.apply(work, ["inside"]), { value: "timed out" }),
    );
    expect(yield* member).toBe("timed out");
    expect(trace).toEqual(["left done", "left over", "inside over"]);
  }),
);

test(
  "applyAsync never waits: it gives the fiber, which begins when there is room",
  virtually(function* () {
    const pool = new Pool(1);
    const trace: string[] = [];
    function* work(name: string) {
      trace.push(`${name} begins at ${getHub().now()}`);
      expect(getCurrent()?.parkReason).toBe(undefined);
      yield* sleep(10);
      return name;
    }
    const a = pool.applyAsync(work, ["a"]);
    const b = pool.applyAsync(work, ["b"]);
    const c = pool.applyAsync(work, ["c"]);
    const fibers = [a, b, c];
    expect([pool.length, fibers.map((fiber) => fiber.parkReason)]).toEqual([
      1,
      [undefined, "pool.applyAsync (full)", "pool.applyAsync (full)"],
    ]);
    expect(fibers.map((fiber) => fiber.status)).toEqual(["pending", "pending", "pending"]);
    yield* b.kill();
    expect(yield* joinAll([a, c])).toEqual(["a", "c"]);
    expect(trace).toEqual(["a begins at 0", "c begins at 10"]);
    expect(b.status).toBe("killed");
    expect(c.spawningStack[0]).toMatch(/apply\.test\.ts/);
  }),
);

test(
  "its callback gets the value, in a fiber of its own; not after a failure or a kill",
  virtually(function* () {
    const pool = new Pool(1);
    const trace: unknown[] = [];
    const error = new Error("failed");
    const options = {
      callback: function* (value: unknown) {
        yield* sleep(1);
        trace.push(value);
      },
    };
    pool.applyAsync(after, [5, "value"], options);
    pool.applyAsync(failAfter, [5, error], options);
    void pool.applyAsync(after, [5, "killed"], options).kill();
    expect(yield* thrownBy(pool.join())).toBe(error);
    expect([trace, getHub().now()]).toEqual([["value"], 10]);
    yield* sleep(5);
    expect(trace).toEqual(["value"]);
  }),
);

test("whoever begins them, the members know the line of the call", async () => {
  const pool = new Pool(1);
  const site = () => getCurrent()?.spawningStack[0];
  const sites = await spawn(function* () {
    const { value } = yield* pool.imap(site, [1]).next();
    return [value, yield* pool.apply(site), ...(yield* pool.map(site, [1, 2]))];
  });
  for (const way of [pool.apply(site), pool.map(site, [1]), pool.mapAsync(site, [1, 2])])
    sites.push(...[await way].flat());
  for await (const each of pool.imapUnordered(site, [1])) sites.push(each);
  expect(sites.length).toBe(9);
  for (const each of sites) expect(each).toMatch(/apply\.test\.ts/);
});

test("what can't be applied is refused at the call", () => {
  const pool = new Pool(1);
  expect(() => pool.apply(5 as never)).toThrow(/Cannot apply 5: pass a function/);
  expect(() => pool.apply(after(1, 1) as never)).toThrow(TypeError);
  expect(() => pool.apply((n: number) => n, 5 as never)).toThrow(/5 as arguments: pass an array/);
  expect(() => pool.applyAsync("x" as never)).toThrow(/Cannot applyAsync "x"/);
  expect(() => pool.applyAsync(() => 1, [], 5 as never)).toThrow(TypeError);
  expect(() => pool.apply(async function* () {} as never)).toThrow(/async generator/);
  expect(pool.length).toBe(0);
});
