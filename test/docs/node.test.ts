import { beforeAll } from "vitest";
import { runtimes } from "../../scripts/toolchain.ts";
import { needsDisposal } from "../harness/blocks.ts";
import { requireBuild } from "../harness/built.ts";
import { runBlocks } from "./run-blocks.ts";

// The package as it is built: what a reader has, and loaded in a third of the time.
beforeAll(requireBuild);

runBlocks({
  name: "node",
  command: (block) => [
    // The oldest Node that can read it.
    needsDisposal(block) ? runtimes["node-24"] : runtimes["node-22"],
    "--no-warnings",
  ],
});
