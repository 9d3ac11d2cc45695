import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root, runtimes } from "../../scripts/toolchain.ts";
import { run } from "../harness/run.ts";
import { modulesOf } from "../harness/sources.ts";

// Modules in folders below belong to the example of the same name.
const examples = modulesOf("src/examples").filter((file) => file.split("/").length === 3);

const commands = {
  "node-22": [runtimes["node-22"], "--conditions=fibril-source", "--no-warnings"],
  deno: [runtimes.deno, "run", "-A", "--quiet", "--no-check"],
} as const;

describe.each(Object.entries(commands))("on %s", (_, [executable, ...args]) => {
  test.each(examples)("%s runs to its end", { timeout: 90_000 }, async (file) => {
    const { code, stderr } = await run(executable, [...args, join(root, file)]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });
});
