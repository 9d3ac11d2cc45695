import { runtimes } from "../../scripts/toolchain.ts";
import { needsDisposal } from "../harness/blocks.ts";
import { runBlocks } from "./run-blocks.ts";

runBlocks({
  name: "node",
  command: (block) => [
    // The oldest Node that can read it.
    needsDisposal(block) ? runtimes["node-24"] : runtimes["node-22"],
    ...["--conditions=fibril-source", "--no-warnings"],
  ],
});
