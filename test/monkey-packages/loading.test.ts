import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/toolchain.ts";
import { runOk } from "../harness/run.ts";

const program = join(root, "test/monkey-packages/fixtures/clients.ts");
const auto = join(root, "src/monkey/auto.ts");

const onDeno = "Deno" in globalThis;
const args = onDeno ? ["run", "--quiet", "-A"] : ["--conditions=fibril-source"];
const preload = [onDeno ? "--preload" : "--import", auto];

const clients = [
  "axios: status 200, killed",
  "axios, required: status 200, killed",
  "got: status 200, killed",
  "ky: status 200, killed",
  "node-fetch: status 200, killed",
  "undici: status 200, killed",
  "undici, required: status 200, killed",
  "ws: Unexpected server response: 200, killed",
  "ws, required: Unexpected server response: 200, killed",
  "the end",
];

test.each([
  ["loaded before", []],
  ["patched before", preload],
])("packages work, imported and required, %s, and end with their fibers", async (order, first) => {
  const { stdout } = await runOk(process.execPath, [...args, ...first, program]);
  expect(stdout.trim().split("\n")).toEqual([order, ...clients]);
});
