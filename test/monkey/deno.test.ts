import { join } from "node:path";
import { expect, test } from "vitest";
import { root, runtimes } from "../../scripts/toolchain.ts";
import { runOk } from "../harness/run.ts";

test("Deno's own API belongs to the fiber that calls it", async () => {
  const program = join(root, "test/monkey/fixtures/deno-api.ts");
  const { stdout, stderr } = await runOk(runtimes.deno, ["run", "--quiet", "-A", program]);
  expect(stdout.trim().split("\n")).toEqual([
    "patched true true",
    "read true",
    "connection closed",
    "file BadResource",
    "entries 1",
    "listener BadResource",
    "child SIGKILL",
    "output late",
    "stdout 2",
    "restored true",
  ]);
  expect(stderr.trim()).toMatch(
    /^Deno\.readTextFileSync in fiber "fiber-\d+" blocks every fiber \(.*\): call Deno\.readTextFile, which yields$/,
  );
});
