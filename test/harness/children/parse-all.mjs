// Parses the TypeScript files named on the command line, without running them, and prints those that
// this Node cannot read. `node --check` cannot: it takes the types for an error.

import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { SourceTextModule } from "node:vm";

const failures = [];
for (const file of process.argv.slice(2)) {
  try {
    new SourceTextModule(stripTypeScriptTypes(readFileSync(file, "utf8")));
  } catch (error) {
    failures.push(`${file}: ${error?.message ?? error}`);
  }
}
console.log(JSON.stringify(failures));
