import { join } from "node:path";
import { describe, expect } from "vitest";
import { root } from "../../scripts/toolchain.ts";
import { gone, isRunning, printedPids } from "./pids.ts";
import { everywhere, onEach, start } from "./programs.ts";

const options = { limit: 50_000, env: { NODE_COMPILE_CACHE: join(root, ".cache/compile") } };

describe("the workers of a pool", () => {
  onEach(everywhere, "do not outlive the program, nor do theirs", async (runtime) => {
    const program = start(runtime, "pool-ending", ["working"], options);
    const pids = await printedPids(program, ["worker", "middle", "inner"]);
    expect(pids.map(isRunning)).toEqual([true, true, true]);
    program.signal("SIGKILL");
    await gone(pids);
  });

  onEach(["node", "deno"], "leave Ctrl-C to their parent, and end with it", async (runtime) => {
    const program = start(runtime, "pool-ending", ["stopping"], options);
    const pids = await printedPids(program, ["worker"]);
    for (const pid of pids) process.kill(pid, "SIGINT");
    program.signal("SIGINT");
    const { lines, code, stderr } = await program.ended;
    expect({ lines: lines.slice(1), code, stderr }).toEqual({
      lines: ["cleaned up"],
      code: 130,
      stderr: "",
    });
    await gone(pids);
  });

  onEach(["node", "deno"], "end at once with a second Ctrl-C", async (runtime) => {
    const program = start(runtime, "pool-ending", ["stubborn"], options);
    const pids = await printedPids(program, ["worker"]);
    program.signal("SIGINT");
    await program.printed("cleaning up is");
    program.signal("SIGINT");
    expect(await program.ended).toMatchObject({ code: 130, stderr: "" });
    await gone(pids);
  });

  onEach(["node", "deno"], "are replaced when somebody kills them", async (runtime) => {
    const program = start(runtime, "pool-ending", ["killing"], options);
    const [pid] = await printedPids(program, ["worker"]);
    process.kill(pid as number, "SIGKILL");
    const { lines, code } = await program.ended;
    expect({ lines: lines.slice(1), code }).toEqual({
      lines: ["WorkerDied -9", "the next one"],
      code: 0,
    });
  });
});

/** How often workers are killed at random; many more by hand: `FIBRIL_KILLS=500`. */
const KILLS = process.env["FIBRIL_KILLS"] ?? "3";

describe("a pool whose workers are killed at random", () => {
  onEach(["node"], "answers each task once, and loses only what was in hand", async (runtime) => {
    const limit = 50_000 + Number(KILLS) * 2000;
    const program = start(runtime, "pool-storm", [KILLS], { ...options, limit });
    const { lines, code } = await program.ended;
    const told = { wrong: 0, twice: 0, killed: Number(KILLS), tooMany: false };
    expect({ told: JSON.parse(lines[0] ?? "null"), code }).toEqual({ told, code: 0 });
  });
});
