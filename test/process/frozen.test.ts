import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root, runtimes } from "../../scripts/toolchain.ts";
import { Running } from "../program/run.ts";

let folder: string;

/** Below the repository, where the packages are found that the bundle does not hold. */
beforeAll(async () => {
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache/frozen-"));
  const bundle = await rolldown({
    input: join(root, "test/process/fixtures/frozen.ts"),
    external: /^(effect|node:|acorn)/,
    platform: "node",
  });
  await bundle.write({ file: join(folder, "program.mjs"), format: "esm", codeSplitting: false });
  await bundle.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const commands: Readonly<Record<string, readonly string[]>> = {
  node: [runtimes.node],
  "node-22": [runtimes["node-22"]],
  deno: [runtimes.deno, "run", "--quiet", "-A"],
  bun: [runtimes.bun],
};

describe("a program that is one file", () => {
  for (const [runtime, command] of Object.entries(commands)) {
    test(`runs itself as its child (${runtime})`, async () => {
      const program = new Running([...command, join(folder, "program.mjs")], {});
      const { stdout, stderr, code } = await program.ended;
      expect({ stdout, stderr, code }).toEqual({
        stdout: "frozen child\n0\n",
        stderr: "",
        code: 0,
      });
    });

    test(`is told if it forgets to ask whether it is one (${runtime})`, async () => {
      const file = join(folder, "program.mjs");
      const env = { FIBRIL_CHILD: "1" };
      const { stderr, code } = await new Running([...command, file, "--forget"], { env }).ended;
      expect(stderr).toContain("begin that with `if (!freezeSupport()) main()`");
      expect(code).toBe(1);
    });
  }
});
