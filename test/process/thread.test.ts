import { describe, expect } from "vitest";
import { everywhere, onEach, run } from "./programs.ts";

describe("a process that was started in a worker thread", () => {
  onEach(everywhere, "ends with that thread, and the others go on", async (runtime) => {
    const { lines, code, stderr } = await run(runtime, "thread");
    expect({ stderr, lines, code }).toEqual({
      stderr: "",
      lines: ["[ false, false ] true", "[ true, true ] true", "-9 1"],
      code: 0,
    });
  });
});
