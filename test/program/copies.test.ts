import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { root } from "../../scripts/toolchain.ts";
import { current, everywhere, onEach, run, siteOf, start } from "./run.ts";

/** Where the second copy lies; Effect is the same for both, as a peer dependency makes sure. */
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fibril-copy-"));
  cpSync(join(root, "src"), join(folder, "src"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What each case prints. */
const cases: Readonly<Record<string, readonly string[]>> = {
  apart: ["true true"],
  order: ["one 1, two 1, one 2, two 2, one 1 again, two 1 again, one 2 again, two 2 again"],
  ops: ['["until",42,8,10,"timed out","RangeError: boom"]'],
  joinAll: ["[[2,4],[2,4]]", "6", "RangeError: boom"],
  kill: ["cleaned up", "killed", "killed killed"],
  errors: ["control true"],
  current: ["mine 0"],
  asyncBody: ["mine", "killed"],
  loopExit: [
    'LoopExit: Nothing can wake "stuck": 2 fibers are parked and no timer, socket or process is open',
  ],
};

describe("two copies of fibril in one program share the hub", () => {
  for (const [name, lines] of Object.entries(cases)) {
    onEach(current, name, async (runtime) => {
      const ended = await run(runtime, "copies", [name, folder]);
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      expect(ended.lines).toEqual(lines);
    });
  }

  onEach(current, "report an unseen failure once", async (runtime) => {
    const ended = await run(runtime, "copies", ["unseen", folder]);
    expect(ended.code).toBe(1);
    expect(ended.stderr.match(/nobody looked/g)).toHaveLength(1);
    expect(ended.stderr).toContain(siteOf("copies", "the site of the unseen one"));
  });

  onEach(everywhere, "clean up on SIGINT in both", async (runtime) => {
    const program = start(runtime, "copies", ["interrupted", folder]);
    await program.printed("ready");
    program.signal("SIGINT");
    const ended = await program.ended;
    expect(ended).toMatchObject({ code: 130, stderr: "" });
    expect(ended.lines).toEqual(["ready", "cleaned up", "cleaned up"]);
  });
});
