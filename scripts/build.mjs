// Builds dist/. Plain JavaScript, because `prepare` may run it on a Node that cannot read TypeScript.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const whenPossible = process.argv.includes("--when-possible");
// Beside dist/, so that the paths in the source maps stay right after the rename.
const fresh = `.dist-${process.pid}`;

process.chdir(root);
process.exitCode = await build();

async function build() {
  if (!existsSync("node_modules/typescript")) {
    console.log("dist/ is not built: TypeScript is not installed (npm install --include=dev)");
    return whenPossible ? 0 : 1;
  }
  const tsc = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--outDir", fresh];
  const { status } = spawnSync(process.execPath, tsc, { stdio: "inherit" });
  await bundle();
  if (status === 0 || whenPossible) install();
  rmSync(fresh, { recursive: true, force: true });
  return whenPossible ? 0 : (status ?? 1);
}

/**
 * One file an entry and one for what they share. To load 60 modules takes 19 ms longer than to load
 * Effect; to load these takes 4. The declarations stay as tsc writes them.
 */
async function bundle() {
  const { rolldown } = await import("rolldown");
  const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
  const sources = Object.values(exports).map((entry) => entry["fibril-source"]);
  const input = sources
    .filter((source) => source !== undefined)
    .map((source) => [source.replace(/^\.\/src\/|\.ts$/g, ""), source]);
  // A file of its own, which a program's bundler leaves out: only what is run as it is has debug mode.
  input.push(["inspect/auto", "./src/inspect/auto.ts"]);
  // What a thread of toThread loads, by itself.
  input.push(["asyncio/thread-worker", "./src/faces/asyncio/thread-worker.ts"]);
  // What a child process loads, by itself.
  input.push(["process/child", "./src/process/child/entry.ts"]);
  const bundled = await rolldown({
    input: Object.fromEntries(input),
    external: /^(effect|@effect|node:|acorn|koffi|piscina)/,
    platform: "node",
    // What acts when it is imported is called auto.
    treeshake: { moduleSideEffects: (id) => id.endsWith("/auto.ts") },
  });
  await bundled.write({
    dir: fresh,
    format: "esm",
    sourcemap: true,
    entryFileNames: "[name].js",
    chunkFileNames: "shared/[name].js",
  });
}

/** Swaps the whole folder: no module of a removed source stays behind, no reader sees half a build. */
function install() {
  if (!existsSync(fresh)) return;
  const old = `${fresh}-old`;
  if (existsSync("dist")) renameSync("dist", old);
  renameSync(fresh, "dist");
  rmSync(old, { recursive: true, force: true });
}
