import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { root, runtimes } from "../../scripts/toolchain.ts";
import { entries, requireBuild } from "../harness/built.ts";
import { runOk } from "../harness/run.ts";
import { modulesOf } from "../harness/sources.ts";

const children = join(root, "test/harness/children");
const oldestNode = runtimes["node-22"];
const source = ["-C", "fibril-source"];

/** They are there to be imported for what they do. */
const acting = ["fibril/monkey/auto"];
const naming = entries.filter((entry) => !acting.includes(entry));

beforeAll(requireBuild);

describe("on the oldest Node", () => {
  // vitest lowers syntax that Node 22 cannot read, `using` above all, and so hides it.
  test("every module of the library loads as it is written", async () => {
    const library = modulesOf("src").filter((file) => !file.startsWith("src/examples/"));
    const args = [...source, join(children, "import-all.mjs"), ...library.map(absolute)];
    const { stdout } = await runOk(oldestNode, args);
    expect(JSON.parse(stdout)).toEqual([]);
  });

  test("every example is syntax that it can read", async () => {
    const flags = ["--no-warnings", "--experimental-vm-modules"];
    const args = [...flags, join(children, "parse-all.mjs")];
    const { stdout } = await runOk(oldestNode, [
      ...args,
      ...modulesOf("src/examples").map(absolute),
    ]);
    expect(JSON.parse(stdout)).toEqual([]);
  });

  test.each(naming)('require("%s") works', async (entry) => {
    const { stdout } = await runOk(oldestNode, [
      "-e",
      `console.log(Object.keys(require(${JSON.stringify(entry)})).length > 0)`,
    ]);
    expect(stdout).toBe("true\n");
  });
});

describe("importing", () => {
  test.each(naming)('"%s" changes nothing and lets the program end', async (entry) => {
    const { stdout } = await runOk(runtimes.node, [join(children, "import-quietly.mjs"), entry]);
    expect(JSON.parse(stdout)).toEqual([]);
  });
});

function absolute(file: string): string {
  return join(root, file);
}
