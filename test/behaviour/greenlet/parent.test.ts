import { call, type Yieldable } from "fibril";
import { Greenlet, getCurrent, greenlet } from "fibril/greenlet";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

test(
  "the parent is the greenlet that made it, or the one that was given",
  virtually(function* () {
    const main = getCurrent();
    const outer: Greenlet = greenlet(function* () {
      const inner = greenlet(() => 1);
      expect(inner.parent).toBe(outer);
      expect(greenlet(() => 1, main).parent).toBe(main);
      expect(greenlet(() => 1, null).parent).toBe(outer);
    });
    expect(outer.parent).toBe(main);
    expect(main.parent).toBeNull();
    yield* outer.switch();
  }),
);

test(
  "a parent may be changed at any time and counts at the end",
  virtually(function* () {
    const main = getCurrent();
    const trace: unknown[] = [];
    const other = greenlet(function* () {
      trace.push(yield* main.switch());
      return "other ended";
    });
    const g: Greenlet = greenlet(function* () {
      g.parent = other;
      return "value";
    });
    yield* other.switch();
    expect(yield* g.switch()).toBe("other ended");
    expect(trace).toEqual(["value"]);
    expect(g.parent).toBe(other);
  }),
);

test(
  "a parent that has not begun is started with its child's value",
  virtually(function* () {
    const parent = greenlet(function* (x: number) {
      return [x, 24];
    });
    const child = greenlet(() => 42, parent);
    expect(yield* child.switch()).toEqual([42, 24]);
    expect([child.dead, parent.dead]).toEqual([true, true]);
  }),
);

test(
  "a parent that has nothing to run dies of that, and its own parent is told",
  virtually(function* () {
    const parent = new Greenlet();
    const child = greenlet(() => 42, parent);
    expect(yield* thrownBy(child.switch())).toMatchObject({
      message: expect.stringContaining("nothing to run"),
    });
    expect(parent.dead).toBe(true);
  }),
);

test("a cycle, a stranger and a parent of main are refused", () => {
  const a = greenlet(() => 1);
  const b = greenlet(() => 1, a);
  const c = greenlet(() => 1, b);
  const adopt = (child: Greenlet, parent: unknown) => () => {
    child.parent = parent as Greenlet;
  };
  expect(adopt(a, c)).toThrow(RangeError);
  expect(adopt(a, c)).toThrow(/cyclic parent chain/);
  expect(adopt(a, a)).toThrow(RangeError);
  expect(adopt(a, 5)).toThrow("Cannot take 5 for a parent: pass a greenlet");
  expect(adopt(a, null)).toThrow(TypeError);
  expect(adopt(getCurrent(), a)).toThrow(/Cannot set the parent of "main"/);
  expect(a.parent).toBe(getCurrent());
});

test(
  "getCurrent is right in nested calls, in called functions and in callbacks",
  virtually(function* () {
    const main = getCurrent();
    const seen: Greenlet[] = [];
    function* inner(): Generator<Yieldable, void, unknown> {
      seen.push(getCurrent());
      [1].forEach(() => void seen.push(getCurrent()));
      yield* main.switch();
      seen.push(getCurrent());
    }
    const g = greenlet(function* () {
      yield* inner();
      yield* call(inner);
    });
    yield* g.switch();
    seen.push(getCurrent());
    yield* g.switch();
    yield* g.switch();
    expect(seen).toEqual([g, g, main, g, g, g, g]);
    expect(g.dead).toBe(true);
  }),
);

test(
  "a greenlet keeps its own stack of calls, at any depth",
  virtually(function* () {
    const main = getCurrent();
    function* depth(n: number): Generator<Yieldable, number, unknown> {
      if (n > 0) return 1 + (yield* call(depth, n - 1));
      return Number(yield* main.switch("at the bottom"));
    }
    const deep = greenlet(depth);
    const other = greenlet(depth);
    expect(yield* deep.switch(20_000)).toBe("at the bottom");
    expect(yield* other.switch(3)).toBe("at the bottom");
    expect(yield* deep.switch(1)).toBe(20_001);
    expect(yield* other.switch(5)).toBe(8);
  }),
);
