import * as Effect from "effect/Effect";
import { type Fiber, getHub, joinAll, sleep, spawn, spawnLater } from "fibril";
import { getCurrent, greenlet } from "fibril/greenlet";
import { Local } from "fibril/local";
import { Group } from "fibril/pool";
import { expect, test } from "vitest";
import { collectGarbage } from "../../harness/garbage.ts";
import { virtually } from "../../harness/virtual.ts";

interface Attributes {
  x?: unknown;
  y?: unknown;
}

test(
  "what one fiber sets, no other sees",
  virtually(function* () {
    const local = new Local<Attributes>();
    const trace: unknown[] = [];
    function* use(value: number) {
      trace.push(local.x);
      local.x = value;
      yield* sleep(1);
      trace.push(local.x);
    }
    local.x = "main";
    yield* joinAll([spawn(use, 1), spawn(use, 2)]);
    expect([trace, local.x]).toEqual([[undefined, undefined, 1, 2], "main"]);
  }),
);

test(
  "all that asks for attributes sees the fiber's own: in, delete, keys, spread, JSON, descriptors",
  virtually(function* () {
    const local = new Local<Attributes>();
    Object.assign(local, { x: 1, y: 2 });
    const look = () => [
      "x" in local,
      Object.hasOwn(local, "y"),
      Object.keys(local),
      { ...local },
      JSON.stringify(local),
    ];
    expect(look()).toEqual([true, true, ["x", "y"], { x: 1, y: 2 }, '{"x":1,"y":2}']);
    expect(yield* spawn(look)).toEqual([false, false, [], {}, "{}"]);
    yield* spawn(() => delete local.x);
    delete local.y;
    expect(look()).toEqual([true, false, ["x"], { x: 1 }, '{"x":1}']);
    Object.defineProperty(local, "y", { get: () => 7, enumerable: true });
    expect([local.y, Object.keys(local), delete local.y]).toEqual([7, ["x", "y"], true]);
    expect(local instanceof Local).toBe(true);
    expect(() => Object.freeze(local)).toThrow(TypeError);
    const fixed = { value: 1, configurable: false };
    expect(() => Object.defineProperty(local, "z", fixed)).toThrow(TypeError);
    expect(Object.keys(local)).toEqual(["x"]);
  }),
);

test(
  "each fiber begins with a copy of the object it was made with, or with what the function makes",
  virtually(function* () {
    const counter = new Local({ count: 1, list: ["shared"] });
    const fresh = new Local(() => ({ list: ["own"] }));
    const fiber = spawn(() => {
      counter.list.push("by all");
      fresh.list.push("by it");
      return [++counter.count, fresh.list];
    });
    expect(yield* fiber).toEqual([2, ["own", "by it"]]);
    expect([counter.count, counter.list, fresh.list]).toEqual([1, ["shared", "by all"], ["own"]]);
    for (const init of [5, "x", true, null])
      expect(() => new Local(init as never)).toThrow(TypeError);
  }),
);

test(
  "several locals do not share attributes",
  virtually(function* () {
    const [a, b] = [new Local<Attributes>(), new Local<Attributes>()];
    a.x = 1;
    b.x = 2;
    expect([a.x, b.x, b.y]).toEqual([1, 2, undefined]);
  }),
);

test(
  "a copy begins with the running fiber's attributes, and then goes its own way",
  virtually(function* () {
    const local = new Local({ count: 0 });
    local.count = 5;
    const copy = local.copy();
    copy.count++;
    expect([local.count, copy.count, copy instanceof Local]).toEqual([5, 6, true]);
    expect(yield* spawn(() => [local.count, copy.count])).toEqual([0, 0]);
    expect(copy.copy().count).toBe(6);
  }),
);

test(
  "a function, a generator and an Effect that a fiber runs see its attributes",
  virtually(function* () {
    const local = new Local<Attributes>();
    local.x = "mine";
    function* callee() {
      yield* sleep(1);
      return local.x;
    }
    expect(yield* callee()).toBe("mine");
    expect([1].map(() => local.x)).toEqual(["mine"]);
    expect(yield* Effect.sync(() => local.x)).toBe("mine");
    expect(yield* new Group().apply(() => local.x)).toBe(undefined);
  }),
);

test(
  "a greenlet has its own; a fiber's own greenlet is the fiber",
  virtually(function* () {
    const local = new Local<Attributes>();
    const trace: unknown[] = [];
    const main = getCurrent();
    const child = greenlet(function* () {
      trace.push(local.x);
      local.x = "child";
      yield* main.switch();
      trace.push(local.x);
    });
    local.x = "main";
    yield* child.switch();
    trace.push(local.x);
    yield* child.switch();
    expect([trace, local.x]).toEqual([[undefined, "main", "child"], "main"]);
  }),
);

test("an async fiber has its own after an await, too, and the main program has its own", async () => {
  const local = new Local<Attributes>();
  local.x = "program";
  async function use(value: number) {
    const before = local.x;
    local.x = value;
    await null;
    const between = local.x;
    await sleep(1);
    return [before, between, local.x];
  }
  expect(await joinAll([spawn(use, 1), spawn(use, 2)])).toEqual([
    [undefined, 1, 1],
    [undefined, 2, 2],
  ]);
  expect(local.x).toBe("program");
  await sleep(1);
  expect(local.x).toBe("program");
  expect(await greenlet(() => local.x).switch()).toBe(undefined);
});

test(
  "attributes are freed with the fiber's end, though its handle is kept",
  virtually(function* () {
    const local = new Local<Attributes>();
    const refs: WeakRef<object>[] = [];
    const fibers: Fiber[] = [1, 2].map(() =>
      spawn(function* () {
        const value = {};
        local.x = value;
        refs.push(new WeakRef(value));
        yield* sleep(1);
      }),
    );
    yield* joinAll(fibers);
    expect(yield* freed(refs)).toBe(true);
    expect(fibers.length).toBe(2);
  }),
);

test(
  "they are freed with the Local as well, though the fiber lives",
  virtually(function* () {
    const refs: WeakRef<object>[] = [];
    spawn(function* () {
      touch(refs);
      yield* sleep("1 hour");
    });
    yield* sleep();
    expect(yield* freed(refs)).toBe(true);
  }),
);

function touch(refs: WeakRef<object>[]): void {
  const local = new Local<Attributes>();
  const value = {};
  local.x = value;
  refs.push(new WeakRef(value));
}

/** Whether all are collected after some tries: a collector may take its time. */
function* freed(refs: readonly WeakRef<object>[]) {
  for (let i = 0; i < 20; i++) {
    yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve)));
    collectGarbage();
    if (refs.every((ref) => ref.deref() === undefined)) return true;
  }
  return false;
}

test(
  "a look at attributes leaves nothing in the hub, and no failure unseen",
  virtually(function* () {
    const local = new Local<Attributes>();
    const fiber: Fiber = spawn(() => {
      local.x = 1;
      throw new Error("failed");
    });
    const late = spawnLater(5, () => local.x);
    expect(yield* late).toBe(undefined);
    expect([fiber.exception, getHub().timers]).toEqual([new Error("failed"), 0]);
  }),
);
