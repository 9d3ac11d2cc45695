/** The entry points of the package, and the built package that the tests of this folder need. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { readManifest, root } from "../../scripts/toolchain.ts";

/** What a user writes after `from`: `fibril`, `fibril/testing` and so on. */
export const entries: readonly string[] = Object.keys(readManifest().exports)
  .filter((entry) => entry !== "./package.json")
  .map((entry) => `fibril${entry.slice(1)}`);

export function sourceOf(entry: string): string {
  const target = readManifest().exports[`.${entry.slice("fibril".length)}`];
  const source = typeof target === "object" ? target["fibril-source"] : undefined;
  if (source === undefined) throw new Error(`package.json has no source for "${entry}"`);
  return source.replace("./", "");
}

export function requireBuild(): void {
  if (existsSync(join(root, "dist/mod.js"))) return;
  throw new Error(`There is no dist/mod.js: run "npm run build" before this test`);
}
