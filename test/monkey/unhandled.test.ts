import { join } from "node:path";
import { expect, test } from "vitest";
import { root, runtimes } from "../../scripts/toolchain.ts";
import { run } from "../harness/run.ts";

const program = join(root, "test/monkey/fixtures/unhandled.ts");
const onNode = ["--conditions=fibril-source", program];

test.each([
  ["node", runtimes.node, onNode],
  ["node-22", runtimes["node-22"], onNode],
  ["deno", runtimes.deno, ["run", "--quiet", "-A", program]],
] as const)(
  "on %s promises that a killed fiber left behind end no program, anybody else's do",
  async (_name, command, args) => {
    const { code, stdout, stderr } = await run(command, args);
    expect(stdout.trim().split("\n")).toEqual([
      "killed",
      "failure",
      "killed",
      "late",
      "still there",
    ]);
    expect(stderr).toContain("not ours");
    expect(stderr).not.toMatch(/GreenletExit|Enough|AbortError/);
    expect(code).toBe(1);
  },
);
