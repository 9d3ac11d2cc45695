import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root, runtimes } from "../../scripts/toolchain.ts";
import { runOk } from "../harness/run.ts";

const auto = join(root, "src/monkey/auto.ts");
const program = join(root, "test/monkey/fixtures/named-imports.ts");
const onNode = ["--conditions=fibril-source", "--import", auto, program];

describe.each([
  ["node", runtimes.node, onNode],
  ["node-22", runtimes["node-22"], onNode],
  ["deno", runtimes.deno, ["run", "--quiet", "-A", "--preload", auto, program]],
] as const)("fibril/monkey/auto on %s", (_name, command, args) => {
  test("patches before the program, whose named imports are the patched functions", async () => {
    const { stdout, stderr } = await runOk(command, args);
    const lines = stdout.trim().split("\n");
    expect(lines.filter((line) => line === "tick").length).toBeGreaterThan(0);
    expect(lines.filter((line) => line !== "tick")).toEqual([
      "[]",
      "true true",
      "suspended",
      "fibril",
      "false false",
    ]);
    expect(stderr).toMatch(
      /fs\.existsSync in fiber "reader" blocks every fiber \(.*named-imports\.ts:\d+:\d+\)/,
    );
  });
});
