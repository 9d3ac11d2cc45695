import { describe, expect, test } from "vitest";
import { Door } from "../../../src/process/shm/door.ts";

/** The memory of two processes that have the same file. */
function doors() {
  const buffer = new ArrayBuffer(64);
  const file = { descriptor: -1, path: "", hasName: false };
  return [new Door({}, file, buffer), new Door({}, file, buffer)] as const;
}

describe("the way to memory of another process", () => {
  test("is of use until each that was sent it has come, or is lost", () => {
    const [here, there] = doors();
    const onTheirWay: number[] = [];
    let state = 1;
    for (let step = 0; step < 2000; step++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      if (onTheirWay.length === 0 || (state >>> 16) % 3 === 0) onTheirWay.push(here.send());
      else {
        const ticket = onTheirWay.splice((state >>> 16) % onTheirWay.length, 1)[0] as number;
        there.arrived(ticket);
        // The one that sent it does not know, and says that it may be lost.
        if (step % 2 === 0) here.arrived(ticket);
      }
      expect(here.isUnused).toBe(onTheirWay.length === 0);
    }
  });
});
