import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InternalError } from "../../src/internal/errors.ts";
import { WaiterList, WaiterNode } from "../../src/internal/waiters.ts";

class Named extends WaiterNode {
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
  }
}

describe("A waiter list", () => {
  test("serves first who came first", () => {
    const [list, a, b] = listOf("a", "b");
    expect(list.peek()).toBe(a);
    expect([list.shift(), list.shift(), list.shift()]).toEqual([a, b, undefined]);
    expect([list.isEmpty(), list.size, list.peek()]).toEqual([true, 0, undefined]);
  });

  test("lets a waiter leave from the head, the middle and the tail", () => {
    const [list, a, b, c, d, e] = listOf("a", "b", "c", "d", "e");
    for (const leaver of [a, c, e]) expect(list.remove(leaver!)).toBe(true);
    expect([...list]).toEqual([b, d]);
    expect(list.size).toBe(2);
  });

  test("does not remove who has left already or waits elsewhere", () => {
    const [list, a] = listOf("a");
    const [other, b] = listOf("b");
    expect(list.remove(b!)).toBe(false);
    expect(list.remove(a!)).toBe(true);
    expect(list.remove(a!)).toBe(false);
    expect([...other]).toEqual([b]);
  });

  test("refuses a waiter that is in a list, be it this one or another", () => {
    const [list, a] = listOf("a");
    const [other] = listOf();
    expect(() => list.push(a!)).toThrow(InternalError);
    expect(() => other.push(a!)).toThrow(
      "Cannot push a waiter that is already in a list. This is a bug in fibril",
    );
    expect([list.size, other.size]).toEqual([1, 0]);
  });

  test("takes a waiter back that left, and holds nothing of it meanwhile", () => {
    const [list, a, b] = listOf("a", "b");
    list.shift();
    expect([a!.prev, a!.next, a!.list]).toEqual([undefined, undefined, undefined]);
    list.push(a!);
    expect([...list]).toEqual([b, a]);
  });

  test("can be iterated while each waiter leaves at its turn", () => {
    const [list, a, b, c] = listOf("a", "b", "c");
    const seen: Named[] = [];
    for (const waiter of list) {
      seen.push(waiter);
      list.remove(waiter);
    }
    expect(seen).toEqual([a, b, c]);
    expect(list.isEmpty()).toBe(true);
  });

  test("does not stray into another list when the next waiter moves there", () => {
    const [list, a, b] = listOf("a", "b", "c");
    const [other] = listOf("x");
    const seen: Named[] = [];
    for (const waiter of list) {
      seen.push(waiter);
      list.remove(b!);
      other.push(b!);
    }
    expect(seen).toEqual([a]);
  });

  test("behaves like an array, and so does its neighbour", () => {
    const which = fc.nat(1);
    const operation = fc.oneof(
      fc.record({ kind: fc.constant("push" as const), which, waiter: fc.nat(7) }),
      fc.record({ kind: fc.constant("remove" as const), which, waiter: fc.nat(7) }),
      fc.record({ kind: fc.constant("shift" as const), which, waiter: fc.constant(0) }),
      // Iterates, and removes those at the given places (a bit mask) when it meets them.
      fc.record({ kind: fc.constant("sweep" as const), which, waiter: fc.nat(255) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 100 }), (operations) => {
        const waiters = Array.from({ length: 8 }, (_, i) => new Named(`w${i}`));
        const lists = [new WaiterList<Named>(), new WaiterList<Named>()];
        const models: Named[][] = [[], []];
        for (const op of operations) {
          const list = lists[op.which]!;
          const model = models[op.which]!;
          const waiter = waiters[op.waiter % 8]!;
          if (op.kind === "push") {
            if (models.flat().includes(waiter)) {
              expect(() => list.push(waiter)).toThrow(InternalError);
              continue;
            }
            list.push(waiter);
            model.push(waiter);
          } else if (op.kind === "remove") {
            expect(list.remove(waiter)).toBe(model.includes(waiter));
            models[op.which] = model.filter((other) => other !== waiter);
          } else if (op.kind === "shift") {
            expect(list.shift()).toBe(model.shift());
          } else {
            const stays = (i: number): boolean => ((op.waiter >> i) & 1) === 0;
            let place = 0;
            for (const current of list) if (!stays(place++)) list.remove(current);
            expect(place).toBe(model.length);
            models[op.which] = model.filter((_, i) => stays(i));
          }
          for (const [i, expected] of models.entries()) expectSame(lists[i]!, expected);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function listOf(...names: string[]): [WaiterList<Named>, ...Named[]] {
  const list = new WaiterList<Named>();
  const waiters = names.map((name) => new Named(name));
  for (const waiter of waiters) list.push(waiter);
  return [list, ...waiters];
}

function expectSame(list: WaiterList<Named>, model: Named[]): void {
  // Names, since a failure prints a waiter with all its neighbours.
  expect(Array.from(list, (waiter) => waiter.name)).toEqual(model.map((waiter) => waiter.name));
  expect(backwards(list)).toEqual(model.map((waiter) => waiter.name).reverse());
  expect(list.size).toBe(model.length);
  expect(list.isEmpty()).toBe(model.length === 0);
  expect(list.peek()).toBe(model[0]);
}

function backwards(list: WaiterList<Named>): string[] {
  const names: string[] = [];
  for (let waiter = [...list].at(-1); waiter; waiter = waiter.prev as Named | undefined) {
    names.push(waiter.name);
  }
  return names;
}
