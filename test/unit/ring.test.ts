import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Ring } from "../../src/internal/ring.ts";

describe("A ring", () => {
  test("returns entries in the order they were pushed", () => {
    const ring = new Ring<string>();
    for (const entry of ["a", "b", "c"]) ring.push(entry);
    expect(drain(ring)).toEqual(["a", "b", "c"]);
  });

  test("returns an unshifted entry first", () => {
    const ring = new Ring<string>();
    ring.push("a");
    ring.unshift("b");
    ring.unshift("c");
    expect(drain(ring)).toEqual(["c", "b", "a"]);
  });

  test("is empty at first and after its last entry left", () => {
    const ring = new Ring<string>();
    expect([ring.isEmpty(), ring.size, ring.shift()]).toEqual([true, 0, undefined]);
    ring.push("a");
    expect([ring.isEmpty(), ring.size, ring.shift()]).toEqual([false, 1, "a"]);
    expect([ring.isEmpty(), ring.size, ring.shift()]).toEqual([true, 0, undefined]);
  });

  test("keeps the order when it grows while wrapped around", () => {
    const ring = new Ring<number>(4);
    for (const entry of [-2, -1]) ring.push(entry);
    for (let i = 0; i < 2; i++) ring.shift();
    for (let i = 0; i < 100; i++) ring.push(i);
    expect(drain(ring)).toEqual(numbersTo(100));
  });

  test("works on after it dropped a huge array", () => {
    const ring = new Ring<number>();
    for (const count of [100_000, 10, 100_000]) {
      for (let i = 0; i < count; i++) ring.push(i);
      expect(drain(ring)).toEqual(numbersTo(count));
    }
  });

  test("puts the head where takeAt took an entry, and moves no other", () => {
    const ring = new Ring<string>();
    for (const entry of ["a", "b", "c", "d"]) ring.push(entry);
    expect(ring.takeAt(2)).toBe("c");
    expect(drain(ring)).toEqual(["b", "a", "d"]);
  });

  test("has nothing to take outside its entries", () => {
    const ring = new Ring<string>();
    ring.push("a");
    expect([ring.takeAt(1), ring.takeAt(-1)]).toEqual(Array(2));
    expect(ring.size).toBe(1);
  });

  test("behaves like an array", () => {
    const operation = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant("push" as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("unshift" as const) }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant("shift" as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("pop" as const) }) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant("takeAt" as const), index: fc.nat(12) }),
      },
    );
    // A small ring wraps and grows often.
    const capacity = fc.constantFrom(2, 4, 8);
    fc.assert(
      fc.property(capacity, fc.array(operation, { maxLength: 200 }), (slots, operations) => {
        const ring = new Ring<number>(slots);
        const model: number[] = [];
        for (const [entry, op] of operations.entries()) {
          if (op.kind === "push") {
            ring.push(entry);
            model.push(entry);
          } else if (op.kind === "unshift") {
            ring.unshift(entry);
            model.unshift(entry);
          } else if (op.kind === "shift") expect(ring.shift()).toBe(model.shift());
          else if (op.kind === "pop") {
            if (model.length > 0) expect(ring.pop()).toBe(model.pop());
          } else expect(ring.takeAt(op.index)).toBe(swapWithHeadAndShift(model, op.index));
          expect(ring.size).toBe(model.length);
          expect(ring.isEmpty()).toBe(model.length === 0);
        }
        expect(drain(ring)).toEqual(model);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("The memory of a ring", () => {
  test("does not hold on to an entry that left", async () => {
    const ring = new Ring<object>();
    const left: WeakRef<object>[] = [];
    const pushAndTake = (take: () => object | undefined): void => {
      ring.push({});
      left.push(new WeakRef(take()!));
    };
    pushAndTake(() => ring.shift());
    ring.push({});
    pushAndTake(() => ring.takeAt(1));
    pushAndTake(() => ring.pop());
    // A WeakRef holds its target until the turn that looked at it has ended.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    expect(left.map((ref) => ref.deref())).toEqual([undefined, undefined, undefined]);
    expect(ring.size).toBe(1);
  });

  test("shrinks when a huge one is drained, and stays small in use", () => {
    const rings = Array.from({ length: 8 }, () => new Ring<number>());
    for (const ring of rings) for (let i = 0; i < 100_000; i++) ring.push(i);
    collectGarbage();
    const full = process.memoryUsage().heapUsed;
    for (const ring of rings) {
      while (!ring.isEmpty()) ring.shift();
      // One entry stays, so that the ring is not drained anew at each step.
      ring.push(0);
      for (let i = 0; i < 200_000; i++) {
        ring.push(i);
        ring.shift();
      }
    }
    collectGarbage();
    // 8 arrays of 131,072 slots are 8 MB; half of that leaves room for what else may happen.
    expect(full - process.memoryUsage().heapUsed).toBeGreaterThan(4_000_000);
    expect(rings.every((ring) => ring.size === 1)).toBe(true);
  });
});

function drain<T>(ring: Ring<T>): (T | undefined)[] {
  const entries: (T | undefined)[] = [];
  while (!ring.isEmpty()) entries.push(ring.shift());
  return entries;
}

function numbersTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function swapWithHeadAndShift(model: number[], index: number): number | undefined {
  if (index >= model.length) return undefined;
  [model[0], model[index]] = [model[index]!, model[0]!];
  return model.shift();
}

/** Works without a flag on the command line, on Node and on Deno. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}
