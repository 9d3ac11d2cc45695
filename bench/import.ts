/**
 * Times the import of the last of some modules and prints it as child.ts does:
 * `import.ts <key> <module>...`. Nothing but Node's own is imported before.
 */

import { existsSync } from "node:fs";

const [key, ...modules] = process.argv.slice(2);
const target = modules.pop() ?? "";
for (const module of modules) await import(module);
// Not built: nothing to time.
if (!target.startsWith(".") || existsSync(new URL(target, import.meta.url))) {
  const started = performance.now();
  await import(target);
  console.log(JSON.stringify({ key, value: (performance.now() - started) * 1e6 }));
}
process.exit(0);
