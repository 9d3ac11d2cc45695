import { beforeAll, expect, test } from "vitest";
import { runtimes } from "../../scripts/toolchain.ts";
import { requireBuild } from "../harness/built.ts";
import { runOk } from "../harness/run.ts";

beforeAll(requireBuild);

// The thread loads a file of its own, which has to be found from the built package too.
test.each(["node-22", "node", "bun"] as const)("the built toThread runs on %s", async (name) => {
  const script = `import("fibril/asyncio").then(({ toThread }) =>
    toThread((n) => n * 2, 21).then(console.log))`;
  const { stdout } = await runOk(runtimes[name], ["-e", script]);
  expect(stdout).toBe("42\n");
});
