import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root, runtimes } from "../../scripts/toolchain.ts";
import { entries, sourceOf } from "../harness/built.ts";
import { run } from "../harness/run.ts";
import { modulesOf } from "../harness/sources.ts";

describe("committed files that follow from others", () => {
  test("package.json and deno.json name the same entry points", async () => {
    expect(await complaints("scripts/entries.ts")).toBe("");
  });

  // It looks through every entry, a second each.
  test("docs/api.txt shows the API as it is", { timeout: 120_000 }, async () => {
    expect(await complaints("scripts/api.ts")).toBe("");
  });

  test("every entry point is a module of src/", () => {
    const sources = modulesOf("src");
    expect(entries.filter((entry) => !sources.includes(sourceOf(entry)))).toEqual([]);
  });
});

async function complaints(script: string): Promise<string> {
  const { code, stdout, stderr } = await run(runtimes.node, [join(root, script), "--check"]);
  return code === 0 ? "" : stdout + stderr;
}
