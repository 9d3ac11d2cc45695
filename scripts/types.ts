/**
 * Type-checks the whole repository with the Effect diagnostics (an Effect that nobody runs is an
 * error), and the sources once more as they are built, where every export must state its type.
 */

import { spawnSync } from "node:child_process";
import { commandScript, effectCompiler, root } from "./toolchain.ts";

const everything = run(effectCompiler(), ["-p", "tsconfig.json"]);
const declarations = run(process.execPath, [
  commandScript("typescript", "tsc"),
  ...["-p", "tsconfig.build.json", "--noEmit"],
]);
process.exitCode = everything && declarations ? 0 : 1;

function run(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { cwd: root, stdio: "inherit" }).status === 0;
}
