import { describe, expect } from "vitest";
import { count, current, everywhere, onEach, run } from "./run.ts";

describe("runMain exits with 0 after", () => {
  for (const body of ["effect", "generator", "async"]) {
    onEach(everywhere, body, async (runtime) => {
      const ended = await run(runtime, "run-main", [body]);
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      expect(ended.lines).toEqual(["ran"]);
    });
  }

  onEach(current, "the fibers that outlive it", async (runtime) => {
    const ended = await run(runtime, "run-main", ["waitsForFibers"]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.lines).toEqual(["main done", "fiber done"]);
  });
});

describe("runMain prints the failure and exits with 1 for", () => {
  const failures = {
    typedFailure: '"_tag":"Refused"',
    error: "RangeError: too far",
    failInGenerator: "just text",
    defect: "a defect",
    asyncRejects: "TypeError: rejected",
  };
  for (const [name, text] of Object.entries(failures)) {
    onEach(current, name, async (runtime) => {
      const ended = await run(runtime, "run-main", [name]);
      expect(ended).toMatchObject({ code: 1, stdout: "" });
      expect(count(ended.stderr, text)).toBe(1);
      expect(ended.stderr).not.toContain("nobody looked");
    });
  }
});

describe("runMain", () => {
  onEach(current, "gives the main fiber", async (runtime) => {
    const ended = await run(runtime, "run-main", ["observed"]);
    expect(ended.code).toBe(1);
    expect(ended.lines).toEqual(["failure"]);
  });

  onEach(current, "refuses at the call what is no body", async (runtime) => {
    const ended = await run(runtime, "run-main", ["noBody"]);
    expect(ended.code).toBe(0);
    expect(ended.lines[0]).toMatch(/^TypeError: Cannot runMain 5: pass a generator function/);
  });
});
