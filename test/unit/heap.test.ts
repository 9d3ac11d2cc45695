import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Compare, Heap } from "../../src/sync/heap.ts";

interface Item {
  readonly rank: number;
  /** Tells equal ones apart. */
  readonly id: number;
}

const byRank: Compare<Item> = (a, b) => a.rank - b.rank;

/** A number pushes an item of that rank; undefined takes the first. */
const scripts = fc.array(fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }), {
  maxLength: 60,
});

describe("A heap", () => {
  test("behaves like an array that is sorted, by a sort that is stable, after every push", () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const heap = new Heap(byRank);
        const model: Item[] = [];
        for (const [id, rank] of script.entries()) {
          if (rank !== undefined) {
            heap.push({ rank, id });
            model.push({ rank, id });
            model.sort(byRank);
          } else if (model.length > 0) {
            expect(heap.peek()).toEqual(model[0]);
            expect(heap.shift()).toEqual(model.shift());
          }
          expect(heap.size).toBe(model.length);
        }
        expect([...heap]).toEqual(model);
      }),
    );
  });

  test("is as it was after a comparison that threw, at whichever step", () => {
    fc.assert(
      fc.property(scripts, fc.nat({ max: 8 }), (script, looks) => {
        let left = Number.POSITIVE_INFINITY;
        const heap = new Heap<Item>((a, b) => {
          if (left-- === 0) throw new Error("No more");
          return byRank(a, b);
        });
        for (const [id, rank] of script.entries()) {
          if (rank === undefined && heap.size === 0) continue;
          left = Number.POSITIVE_INFINITY;
          const before = [...heap];
          left = looks;
          try {
            if (rank === undefined) heap.shift();
            else heap.push({ rank, id });
          } catch {
            left = Number.POSITIVE_INFINITY;
            expect([...heap]).toEqual(before);
          }
        }
      }),
    );
  });
});
