import { describe, expect } from "vitest";
import { everywhere, onEach, start } from "./programs.ts";

const options = { env: { FIBRIL_SHM: "0" }, limit: 55_000 };

describe("processes that ask the main process for each step", () => {
  onEach(everywhere, "get the answers to their own questions", async (runtime) => {
    const { lines, stderr } = await start(runtime, "far", ["wokenEarly"], options).ended;
    expect({ lines, stderr }).toEqual({ lines: ["100 0 0"], stderr: "" });
  });

  onEach(everywhere, "leave nothing locked when they are killed", async (runtime) => {
    const { lines, stderr } = await start(runtime, "far", ["childKilled"], options).ended;
    expect({ lines, stderr }).toEqual({ lines: Array(3).fill("-9 true"), stderr: "" });
  });

  onEach(everywhere, "are told when it answers no more, all that wait", async (runtime) => {
    const { lines, stderr } = await start(runtime, "far", ["broken"], options).ended;
    expect(lines).toEqual([
      "lock SharedMemoryGone",
      "event SharedMemoryGone",
      "condition SharedMemoryGone",
      "semaphore SharedMemoryGone",
      "barrier SharedMemoryGone",
      "queue SharedMemoryGone",
      "pipe SharedMemoryGone",
      "SharedMemoryGone: Cannot ask for shared memory: the process that holds it has ended",
      // The one that let the error pass ended by it.
      "0 1 false",
    ]);
    expect(stderr).toContain("Process Process-2:");
    expect(stderr).toContain("SharedMemoryGone: Cannot ask for shared memory");
  });
});
