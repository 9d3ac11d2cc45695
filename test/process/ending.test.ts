import { describe, expect } from "vitest";
import { gone, isRunning, printedPids } from "./pids.ts";
import { everywhere, onEach, prints, run, start } from "./programs.ts";

describe("nobody outlives the program", () => {
  onEach(everywhere, "that is killed", async (runtime) => {
    const program = start(runtime, "ending", ["orphans"]);
    const pids = await printedPids(program, ["worker", "daemon", "middle", "grandchild", "busy"]);
    expect(pids.map(isRunning)).toEqual([true, true, true, true, true]);
    program.signal("SIGKILL");
    await gone(pids);
  });

  onEach(everywhere, "that is killed while its processes ask it", async (runtime) => {
    const program = start(runtime, "far", ["orphans"], { env: { FIBRIL_SHM: "0" } });
    const pids = await printedPids(program, ["locked", "waiting", "asking"]);
    program.signal("SIGKILL");
    await gone(pids);
  });

  onEach(everywhere, "that ends by process.exit", async (runtime) => {
    const program = start(runtime, "ending", ["exit"]);
    const pids = await printedPids(program, ["worker"]);
    program.signal("SIGUSR2");
    expect(await program.ended).toMatchObject({ code: 3 });
    await gone(pids);
  });

  prints("and no zombie is left", "ending", "zombies", ["0"]);
});

describe("Ctrl-C", () => {
  onEach(everywhere, "is for the parent alone", async (runtime) => {
    const program = start(runtime, "ending", ["interrupted"]);
    const [pid] = await printedPids(program, ["worker"]);
    process.kill(pid as number, "SIGINT");
    program.signal("SIGINT");
    const { lines, code } = await program.ended;
    expect(lines.slice(1)).toEqual(["parent decides", "child has done its work", "0"]);
    expect(code).toBe(0);
  });

  onEach(everywhere, "ends the children of a program that it ends", async (runtime) => {
    const program = start(runtime, "ending", ["cleanStop"]);
    const pids = await printedPids(program, ["worker"]);
    program.signal("SIGINT");
    const { lines, code, stderr } = await program.ended;
    expect({ lines: lines.slice(1), code, stderr }).toEqual({
      lines: ["cleaned up"],
      code: 130,
      stderr: "",
    });
    await gone(pids);
  });
});

describe("what several processes print", () => {
  onEach(everywhere, "stays whole, line by line", async (runtime) => {
    const { lines } = await run(runtime, "ending", ["lines"]);
    const whole = ["a", "b", "c", "d"].map((name) => name.repeat(3000));
    expect(lines.filter((line) => !whole.includes(line))).toEqual([]);
    expect(lines).toHaveLength(800);
  });
});

describe("a program that starts a process when it is loaded", () => {
  onEach(everywhere, "is told of the guard, and starts no second one", async (runtime) => {
    const { lines, stderr, code } = await run(runtime, "unguarded");
    expect({ lines, code }).toEqual({ lines: ["1"], code: 0 });
    expect(stderr).toContain('Cannot start the process "Process-1:1" while file://');
    expect(stderr).toContain("if (import.meta.main)");
  });
});
