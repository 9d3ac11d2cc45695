/** Where the pinned tools of this repository lie, and what its manifest says. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = fileURLToPath(new URL("..", import.meta.url));

export interface Manifest {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

export function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
}

/** The runtimes of the test matrix. `node` is the one that npm scripts run on. */
export const runtimes = {
  "node-22": join(root, "node_modules/node-22/bin/node"),
  "node-24": join(root, "node_modules/node-24/bin/node"),
  node: join(root, "node_modules/.bin/node"),
  deno: join(root, "node_modules/.bin/deno"),
  bun: join(root, "node_modules/.bin/bun"),
} as const;

export type RuntimeName = keyof typeof runtimes;

/**
 * The script behind a command of node_modules/.bin. It is run as an argument of a Node that the
 * caller chooses, never through its first line, which would take whatever `node` comes first.
 */
export function commandScript(packageName: string, command: string = packageName): string {
  const folder = join(root, "node_modules", packageName);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly bin: string | Readonly<Record<string, string>>;
  };
  const script = typeof manifest.bin === "string" ? manifest.bin : manifest.bin[command];
  if (script === undefined) throw new Error(`The package "${packageName}" has no "${command}"`);
  return join(folder, script);
}

/** TypeScript's compiler with the Effect diagnostics built in. */
export function effectCompiler(): string {
  const args = [commandScript("@effect/tsgo", "effect-tsgo"), "get-exe-path"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`@effect/tsgo does not say where its compiler is: ${stderr}`);
  return stdout.trim();
}
