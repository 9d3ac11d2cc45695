import { describe, expect } from "vitest";
import { everywhere, onEach, prints, run } from "./programs.ts";

describe("queues", () => {
  prints("may be more than have room in one arena", "crowd", "queues", [
    "0",
    "true from the first arena to the last",
  ]);
});

describe("when as many processes share memory as have room", () => {
  onEach(everywhere, "the next one says so, unless it can do without", async (runtime) => {
    const { lines, code, stderr } = await run(runtime, "crowd", ["processes"]);
    expect(stderr).toContain("Process Process-1:");
    expect(stderr).toContain(
      "Cannot share memory between processes: 128 of them share it already, and there is room for no more; let some end first",
    );
    expect({ lines, code }).toEqual({
      lines: ["1", "has a lock of its own true", "0", "[ 2, 3 ]", "0", "0", "one other 0"],
      code: 0,
    });
  });
});
