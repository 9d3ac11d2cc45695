// Builds dist/. Plain JavaScript, because `prepare` may run it on a Node that cannot read TypeScript.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const whenPossible = process.argv.includes("--when-possible");
// Beside dist/, so that the paths in the source maps stay right after the rename.
const fresh = `.dist-${process.pid}`;

/** Static blocks and what acts by itself would keep a program's bundler from leaving out the rest. */
const APART = /\/(?:auto|fiber\/greenlet)\.ts$/;

/** Where tests kill processes; a program need not even look whether that is asked for. */
const POINT = /\b(?:fault\?\.\([^;]*\)|dieAsAsked\(\));/g;
const withoutPoints = {
  name: "without points",
  transform: {
    filter: { id: /\/src\/process\//, code: POINT },
    // As long as before: what is left stays where it was, for the source maps.
    handler: (code) => ({
      code: code.replace(POINT, (point) => ";".padEnd(point.length)),
      map: null,
    }),
  },
};

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
  // The command line: bin/ holds nothing but its call.
  input.push(["cli/main", "./src/cli/main.ts"]);
  const bundled = await rolldown({
    input: Object.fromEntries(input),
    // What groups need; the entries' own files hold no more than names, so they are as they were.
    preserveEntrySignatures: "allow-extension",
    external: /^(effect|@effect|node:|acorn|koffi|piscina)/,
    platform: "node",
    plugins: [withoutPoints],
    // What acts when it is imported is called auto; classes that cross processes are registered then.
    treeshake: { moduleSideEffects: (id) => /\/auto\.ts$|\/src\/process\//.test(id) },
  });
  await bundled.write({
    dir: fresh,
    format: "esm",
    sourcemap: true,
    entryFileNames: "[name].js",
    chunkFileNames: "shared/[name].js",
    codeSplitting: {
      groups: [{ name: chunkOf(), debugName: "loaded together" }],
      includeDependenciesRecursively: false,
    },
  });
}

/**
 * Left to itself the bundler makes a file for each set of entries that share something: eighty, which
 * take longer to load than all that they hold. So what is loaded together goes into one.
 */
function chunkOf() {
  let loaded;
  return (id, modules) => {
    loaded ??= {
      fibril: loadedBy(resolve("./src/mod.ts"), modules),
      child: loadedBy(resolve("./src/process/child/entry.ts"), modules),
      foreign: loadedBy(resolve("./src/process/child/parent-death-signal.ts"), modules),
      answer: loadedBy(resolve("./src/process/inspect/answer.ts"), modules),
      process: loadedBy(resolve("./src/process/mod.ts"), modules),
    };
    if (modules.getModuleInfo(id)?.isEntry) return null;
    // A child starts with as little as can be; and a program without processes has nothing of them.
    if (loaded.fibril.has(id)) return loaded.child.has(id) ? "base" : "fibril";
    // What locks, queues and sockets share with processes is theirs.
    if (!id.includes("/src/process/")) return null;
    return Object.keys(loaded).find((name) => loaded[name].has(id)) ?? null;
  };
}

/** All modules that are loaded before the first line of `entry` runs, but for those apart. */
function loadedBy(entry, modules) {
  const found = new Set([entry]);
  for (const id of found) {
    for (const imported of modules.getModuleInfo(id)?.importedIds ?? []) {
      if (!APART.test(imported)) found.add(imported);
    }
  }
  return found;
}

/** Swaps the whole folder: no module of a removed source stays behind, no reader sees half a build. */
function install() {
  if (!existsSync(fresh)) return;
  const old = `${fresh}-old`;
  if (existsSync("dist")) renameSync("dist", old);
  renameSync(fresh, "dist");
  rmSync(old, { recursive: true, force: true });
}
