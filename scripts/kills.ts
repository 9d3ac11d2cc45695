/**
 * Kills processes at every step that they take with others: `npm run test:kills -- 4000 17 lock`
 * for so many kills, by that seed, in that scenario of test/process/kills/scenarios.
 * Without any: 4000 in all of them, on Node and on Deno, with shared memory and without.
 */

import { spawn } from "node:child_process";
import { plainEnvironment } from "../test/harness/environment.ts";
import { bundle } from "../test/process/kills/bundle.ts";
import type { Order } from "../test/process/kills/run.ts";
import { commandOf } from "../test/process/kills/start.ts";

const DEFAULT_KILLS = 4000;
/** Of all kills: without shared memory each step takes a thousand times as long. */
const FAR_PART = 0.1;

const [kills = DEFAULT_KILLS, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
const only = process.argv.length > 4 ? process.argv.slice(4) : undefined;

const bundled = await bundle();
for (const runtime of ["node", "deno"] as const) {
  for (const far of [false, true]) {
    const part = (far ? FAR_PART : 1 - FAR_PART) / 2;
    const order = { seed, kills: Math.ceil(kills * part), far, only };
    console.log(`\n${runtime}${far ? ", without shared memory" : ""}, seed ${seed}`);
    if ((await run(runtime, order)) !== 0) process.exitCode = 1;
  }
}
bundled.remove();

function run(runtime: "node" | "deno", order: Order): Promise<number> {
  const [file, ...args] = commandOf(runtime, bundled.folder, order);
  const child = spawn(file, args, { stdio: "inherit", env: plainEnvironment() });
  return new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
}
