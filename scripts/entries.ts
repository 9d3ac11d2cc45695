/**
 * Entry points are declared once, in `exports` of deno.json: `"./sync": "./src/sync/mod.ts"`. From
 * that follow `exports` of package.json and `imports` of deno.json, which this script writes.
 * With --check it only says whether they are up to date.
 */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandScript, root } from "./toolchain.ts";

type Json = Record<string, unknown>;

const deno = readJson("deno.json");
const manifest = readJson("package.json");
const entries = Object.entries(deno["exports"] as Record<string, string>);

const expected: Readonly<Record<string, Json>> = {
  "deno.json": { ...deno, imports: denoImports() },
  "package.json": { ...manifest, exports: packageExports() },
};

if (process.argv.includes("--check")) report();
else write();

function denoImports(): Json {
  const foreign = Object.entries(deno["imports"] as Json).filter(([name]) => !isOwn(name));
  // "./sync" is imported as "fibril/sync".
  const own = entries.map(([entry, source]) => [`fibril${entry.slice(1)}`, source]);
  return Object.fromEntries([...foreign, ...own]);
}

function packageExports(): Json {
  const own = entries.map(([entry, source]) => [entry, conditions(source)]);
  return { ...Object.fromEntries(own), "./package.json": "./package.json" };
}

function conditions(source: string): Json {
  const built = source.replace("./src/", "./dist/").replace(/\.ts$/, "");
  return { "fibril-source": source, types: `${built}.d.ts`, default: `${built}.js` };
}

function isOwn(specifier: string): boolean {
  return specifier === "fibril" || specifier.startsWith("fibril/");
}

function report(): void {
  for (const [file, json] of Object.entries(expected)) {
    // Compared as text of its parts: the order of conditions matters to a resolver.
    if (JSON.stringify(json) === JSON.stringify(readJson(file))) continue;
    console.error(`${file} does not follow the exports of deno.json: run "npm run entries"`);
    process.exitCode = 1;
  }
}

function write(): void {
  for (const [file, json] of Object.entries(expected)) {
    writeFileSync(join(root, file), JSON.stringify(json, null, 2));
  }
  const biome = commandScript("@biomejs/biome", "biome");
  const args = ["format", "--write", ...Object.keys(expected)];
  spawnSync(process.execPath, [biome, ...args], { cwd: root, stdio: "inherit" });
}

function readJson(file: string): Json {
  return JSON.parse(readFileSync(join(root, file), "utf8")) as Json;
}
