// Builds dist/. Plain JavaScript, because `prepare` may run it on a Node that cannot read TypeScript.

import { spawnSync } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const whenPossible = process.argv.includes("--when-possible");
// Beside dist/, so that the paths in the source maps stay right after the rename.
const fresh = `.dist-${process.pid}`;

process.chdir(root);
process.exitCode = build();

function build() {
  if (!existsSync("node_modules/typescript")) {
    console.log("dist/ is not built: TypeScript is not installed (npm install --include=dev)");
    return whenPossible ? 0 : 1;
  }
  const tsc = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--outDir", fresh];
  const { status } = spawnSync(process.execPath, tsc, { stdio: "inherit" });
  if (status === 0 || whenPossible) install();
  rmSync(fresh, { recursive: true, force: true });
  return whenPossible ? 0 : (status ?? 1);
}

/** Swaps the whole folder: no module of a removed source stays behind, no reader sees half a build. */
function install() {
  if (!existsSync(fresh)) return;
  const old = `${fresh}-old`;
  if (existsSync("dist")) renameSync("dist", old);
  renameSync(fresh, "dist");
  rmSync(old, { recursive: true, force: true });
}
