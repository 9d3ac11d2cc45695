import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root, runtimes } from "../../scripts/toolchain.ts";
import { run } from "../harness/run.ts";
import { modulesOf, read } from "../harness/sources.ts";

// Modules in folders below belong to the example of the same name.
const examples = modulesOf("src/examples").filter((file) => file.split("/").length === 3);

/** The crawler has tests of its own; all others are the small programs of the source documents. */
const programs = examples.filter((file) => file !== "src/examples/crawler.ts");

/** A reader takes in a program of this length at a glance. */
const MAX_LINES = 60;

const commands = {
  "node-22": [runtimes["node-22"], "--conditions=fibril-source", "--no-warnings"],
  deno: [runtimes.deno, "run", "-A", "--quiet", "--no-check"],
} as const;

describe.each(Object.entries(commands))("on %s", (_, [executable, ...args]) => {
  test.concurrent.each(examples)("%s", { timeout: 90_000 }, async (file) => {
    const { code, stdout, stderr } = await run(executable, [...args, join(root, file)]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    if (programs.includes(file)) expect(stdout).toBe(read(outputOf(file)));
  });
});

describe("a program", () => {
  test.each(programs)("%s names its row first, and is short", (file) => {
    const lines = read(file).trimEnd().split("\n");
    expect(lines[0]).toMatch(/^\/\/ S\d-\d+(, S\d-\d+)*: \S/);
    expect(lines.length).toBeLessThan(MAX_LINES);
  });
});

/** What a program prints, to the letter: no port, process id or duration is in it. */
function outputOf(file: string): string {
  return file.replace("src/examples/", "test/docs/examples/").replace(/\.ts$/, ".txt");
}
