import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteQueue } from "../../src/net/byte-queue.ts";

/** Small values, so that every other chunk has a line's end in it. */
const chunk = fc.uint8Array({ max: 12, minLength: 1, maxLength: 6 });

const step = fc.oneof(
  fc.record({ push: chunk }),
  fc.record({ take: fc.integer({ min: 1, max: 8 }) }),
  fc.constant({ line: true }),
  fc.constant({ clear: true }),
);

test("a ByteQueue gives the bytes that were pushed, in their order, as one array would", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const queue = new ByteQueue();
      let model: number[] = [];
      for (const each of steps) {
        if ("push" in each) {
          // A Buffer, as the host's chunks are.
          queue.push(Buffer.from(each.push));
          model.push(...each.push);
        } else if ("take" in each) {
          const taken = queue.take(each.take);
          expect(taken.length).toBeLessThanOrEqual(each.take);
          expect(taken.length > 0).toBe(model.length > 0);
          expect([...taken]).toEqual(model.splice(0, taken.length));
        } else if ("line" in each) {
          const end = model.indexOf(10) + 1;
          expect(queue.lineLength()).toBe(end === 0 ? undefined : end);
          const line = queue.takeExactly(end);
          expect(Object.getPrototypeOf(line)).toBe(Uint8Array.prototype);
          expect([...line]).toEqual(model.splice(0, end));
        } else {
          queue.clear();
          model = [];
        }
        expect(queue.size).toBe(model.length);
      }
    }),
  );
});
