/**
 * Writes docs/api.txt: every export of every entry point with its signature, so that a change of the
 * public API shows in a review. With --check it only says whether the file is up to date.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reportAll } from "./api-report.ts";
import { root } from "./toolchain.ts";

const file = join(root, "docs/api.txt");
const header = 'The public API by entry point, written by "npm run api".';
const sections = reportAll().map(({ name, signatures }) => `==== ${name}\n\n${signatures}\n`);
const expected = [`${header}\n`, ...sections].join("\n");

if (!process.argv.includes("--check")) writeFileSync(file, expected);
else if (!existsSync(file) || readFileSync(file, "utf8") !== expected) {
  console.error('The public API changed: run "npm run api" and commit docs/api.txt');
  process.exitCode = 1;
}
