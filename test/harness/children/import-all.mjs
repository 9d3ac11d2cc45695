// Imports every module named on the command line and prints those that did not load.

import { pathToFileURL } from "node:url";

const failures = [];
for (const file of process.argv.slice(2)) {
  try {
    await import(pathToFileURL(file).href);
  } catch (error) {
    failures.push(`${file}: ${error?.stack ?? error}`);
  }
}
console.log(JSON.stringify(failures));
