/**
 * Checks that the installed runtimes are the pinned ones. A package whose name sorts before "node"
 * and that brings a `node` of its own would otherwise silently take its place in node_modules/.bin.
 */

import { spawnSync } from "node:child_process";
import { type RuntimeName, readManifest, runtimes } from "./toolchain.ts";

const pinned = readManifest().devDependencies;

for (const name of Object.keys(runtimes) as RuntimeName[]) {
  // The aliases read "npm:node@22.19.0".
  const wanted = pinned[name]?.replace("npm:node@", "") ?? "nothing";
  const found = versionOf(runtimes[name]);
  if (found === wanted) continue;
  console.error(`${name} is ${found} instead of ${wanted}: run "npm install" (${runtimes[name]})`);
  process.exitCode = 1;
}
if (`v${pinned["node"]}` !== process.version) {
  console.error(`This runs on Node ${process.version} instead of v${pinned["node"]}: use npm run`);
  process.exitCode = 1;
}

function versionOf(executable: string): string {
  const { stdout } = spawnSync(executable, ["--version"], { encoding: "utf8" });
  return /\d+\.\d+\.\d+/.exec(stdout ?? "")?.[0] ?? "not installed";
}
