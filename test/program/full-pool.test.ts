import { describe, expect } from "vitest";
import { current, everywhere, onEach, run } from "./run.ts";

describe("a pool in which nothing goes on", () => {
  onEach(everywhere, "is reported with the member that waits for room itself", async (runtime) => {
    const ended = await run(runtime, "full-pool", ["fromInside"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(": 1 fiber is parked");
    expect(ended.stderr).toMatch(/member-\d+ {2}pool.spawn \(full\)/);
    expect(ended.lines).toEqual([]);
  });

  onEach(current, "ends a program that waits for a place where there is none", async (runtime) => {
    const spawner = await run(runtime, "full-pool", ["noPlace"]);
    expect(spawner.code).toBe(1);
    expect(spawner.stderr).toContain("spawner  pool.spawn (full)");
    const queued = await run(runtime, "full-pool", ["queued"]);
    expect(queued.code).toBe(1);
    expect(queued.stderr).toMatch(/asker +join\(queued\).*\n +└─ queued +pool.applyAsync \(full\)/);
  });

  onEach(everywhere, "fails what waits in it, so that a caller can catch it", async (runtime) => {
    const ended = await run(runtime, "full-pool", ["caught"]);
    const lines = ["true 0", "true 0", "true 0", "true 0", "true 0"];
    expect(ended).toMatchObject({ code: 0, stderr: "", lines });
  });

  onEach(current, "strikes its members, and who waits for room gets it then", async (runtime) => {
    const ended = await run(runtime, "full-pool", ["stuckMember"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/next +pool.spawn \(full\).*\n +└─ stuck +sleep\(Infinity\)/);
    expect(ended.lines).toEqual(["next has room"]);
  });

  onEach(current, "fails those who join it or read from it by its members", async (runtime) => {
    const joined = await run(runtime, "full-pool", ["joiner"]);
    expect(joined).toMatchObject({ code: 0, stderr: "", lines: ["true 3"] });
    const read = await run(runtime, "full-pool", ["reader"]);
    expect(read).toMatchObject({ code: 0, stderr: "", lines: ["true", "true", "true"] });
  });

  onEach(current, "does not keep a program alive for a reader who stopped", async (runtime) => {
    const ended = await run(runtime, "full-pool", ["dropped"]);
    expect(ended).toMatchObject({ code: 0, stderr: "", lines: ["1"] });
  });
});
