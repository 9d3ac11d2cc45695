/** Folders and files for the packages that go through them. */

import fs from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

export function temporaryFolder(name: string): string {
  return fs.realpathSync(fs.mkdtempSync(join(tmpdir(), `fibril-${name}-`)));
}

/** So many folders in each folder, so deep, with two files each; gives the files. */
export function plantTree(root: string, width: number, depth: number): string[] {
  fs.mkdirSync(root, { recursive: true });
  const names = ["leaf.txt", "data.json"].map((name) => join(root, name));
  for (const name of names) fs.writeFileSync(name, `this is ${name}`);
  if (depth === 0) return names;
  const branches = Array.from({ length: width }, (_, n) => join(root, `branch-${n}`));
  return [...names, ...branches.flatMap((branch) => plantTree(branch, width, depth - 1))];
}

/** Each file below `root` with its text. */
export function readTree(root: string): Record<string, string> {
  const names = fs.readdirSync(root, { recursive: true, encoding: "utf8" });
  const files = names.map((name) => join(root, name)).filter((name) => fs.statSync(name).isFile());
  const entries = files.sort().map((file) => [relative(root, file), fs.readFileSync(file, "utf8")]);
  return Object.fromEntries(entries);
}
