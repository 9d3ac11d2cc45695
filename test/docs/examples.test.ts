import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { root, runtimes } from "../../scripts/toolchain.ts";
import { requireBuild } from "../harness/built.ts";
import { run } from "../harness/run.ts";
import { modulesOf, read } from "../harness/sources.ts";

// Modules in folders below belong to the example of the same name.
const examples = modulesOf("src/examples").filter((file) => file.split("/").length === 3);

/** The crawler has tests of its own; all others are the small programs of the source documents. */
const programs = examples.filter((file) => file !== "src/examples/crawler.ts");

/** The rows of the source documents; S2-9 is theory. */
const rows = [
  ...rowsOf("S0", [1, 16]),
  ...rowsOf("S1", [1, 18]),
  ...rowsOf("S2", [1, 8], [10, 10]),
  ...rowsOf("S3", [1, 7]),
  ...rowsOf("S4", [1, 61]),
];

// On Node the package as it is built: what a reader has, and loaded in a third of the time.
beforeAll(requireBuild);

/** A reader takes in a program of this length at a glance. */
const MAX_LINES = 60;

const commands = {
  "node-22": [runtimes["node-22"], "--no-warnings"],
  deno: [runtimes.deno, "run", "-A", "--quiet", "--no-check"],
} as const;

describe.each(Object.entries(commands))("on %s", (_, [executable, ...args]) => {
  test.concurrent.each(examples)("%s", { timeout: 90_000 }, async (file) => {
    const { code, stdout, stderr } = await run(executable, [...args, join(root, file)]);
    expect(stderr).toBe(errorsOf(file));
    expect(code).toBe(0);
    if (programs.includes(file)) expect(stdout).toBe(read(outputOf(file)));
  });
});

describe("a program", () => {
  test.each(programs)("%s names its row first, and is short", (file) => {
    expect(firstLine(file)).toMatch(/^\/\/ S\d-\d+(, S\d-\d+)*: \S/);
    expect(read(file).trimEnd().split("\n").length).toBeLessThan(MAX_LINES);
  });
});

test("every row has its program", () => {
  const shown = programs.flatMap((file) => firstLine(file).match(/S\d-\d+/g) ?? []);
  expect(rows.filter((row) => !shown.includes(row))).toEqual([]);
});

function rowsOf(source: string, ...ranges: readonly (readonly [number, number])[]): string[] {
  return ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => `${source}-${first + i}`),
  );
}

function firstLine(file: string): string {
  return read(file).split("\n", 1)[0] ?? "";
}

/** What a program prints, to the letter: no port, process id or duration is in it. */
function outputOf(file: string): string {
  return file.replace("src/examples/", "test/docs/examples/").replace(/\.ts$/, ".txt");
}

/** Nothing, as a rule. */
function errorsOf(file: string): string {
  const expected = outputOf(file).replace(/\.txt$/, ".stderr.txt");
  return existsSync(join(root, expected)) ? read(expected) : "";
}
