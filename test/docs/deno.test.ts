import { runtimes } from "../../scripts/toolchain.ts";
import { runBlocks } from "./run-blocks.ts";

runBlocks({
  name: "deno",
  command: () => [runtimes.deno, "run", "-A", "--quiet", "--no-check"],
});
