import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../scripts/toolchain.ts";

/** The version of a package that this repository uses. */
export function versionOf(name: string): string {
  const manifest = readFileSync(join(root, "node_modules", name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
