/**
 * Runs the tests: `node scripts/test.ts [plan] [filter...]`, the plan being one of those below.
 *
 * Every stage runs, also after a failed one, so that one run shows everything that is wrong. The
 * last line is the sum of all stages, `N passed, N failed, N skipped`.
 */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { bunTest, type Counts, check, none, type Stage, script, vitest } from "./stage.ts";
import { commandScript, root, runtimes } from "./toolchain.ts";

/** Folders of test/ that a stage of its own runs; `harness` holds no tests. */
const apart = new Set(["docs", "harness", "package", "repository", "stress"]);

/** What every runtime must do alike. */
const portable = ["test/behaviour", "test/unit", "test/explore", "test/leak"].filter(exists);

/** These start child processes and measure: one file at a time, or they disturb each other. */
const inTurn = ["--no-file-parallelism"];

const biome = commandScript("@biomejs/biome", "biome");

const checks: readonly Stage[] = [
  script("scripts/versions.ts"),
  script("scripts/build.mjs"),
  script("scripts/types.ts"),
  check("biome", process.execPath, [biome, "check", "--error-on-warnings"]),
  check("deno check", runtimes.deno, ["check", "--quiet", "src"]),
  check("deno lint", runtimes.deno, ["lint", "--quiet"]),
  check("deno publish", runtimes.deno, ["publish", "--quiet", "--dry-run", "--allow-dirty"]),
];

const plans: Readonly<Record<string, () => readonly Stage[]>> = {
  gate: () => [
    ...checks,
    ...nodeStages(),
    // The slash leaves out test/monkey-packages.
    vitest("node-22", ["test/behaviour", "test/unit", "test/monkey/"]),
    vitest("deno", [...portable, "test/crawler", "test/monkey/", "test/monkey-packages"]),
    vitest("node", ["test/docs"], ["--maxWorkers=2"]),
    vitest("node", ["test/repository", "test/package"], inTurn),
  ],
  node: () => (givenFilters.length > 0 ? [vitest("node", givenFilters)] : nodeStages()),
  deno: () => [vitest("deno", filters(portable))],
  bun: () => [bunTest(filters(portable))],
  matrix: () => [
    vitest("node", ["test/process"], [], { FIBRIL_RUNTIMES: "all" }),
    vitest("node-22", filters(portable)),
    vitest("node-24", filters(portable)),
    vitest("node", filters(portable)),
    vitest("deno", filters(portable)),
    bunTest(filters(portable)),
  ],
  stress: () => [vitest("node", filters(["test/stress"]), inTurn)],
  leak: () => [vitest("node", filters(["test/leak", "test/monkey/every-step"]), inTurn)],
};

const [planName = "gate", ...givenFilters] = process.argv.slice(2);
const plan = plans[planName];
if (plan === undefined) {
  throw new RangeError(`No plan "${planName}": pass one of ${Object.keys(plans).join(", ")}`);
}
await runAll(plan());

async function runAll(stages: readonly Stage[]): Promise<void> {
  const outcomes: { name: string; seconds: string; counts: Counts }[] = [];
  for (const stage of stages) {
    console.log(`\n== ${stage.name}`);
    const started = performance.now();
    const counts = await stage.run();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    outcomes.push({ name: stage.name, seconds, counts });
  }
  console.log("");
  for (const { name, seconds, counts } of outcomes) {
    console.log(`${counts.failed > 0 ? "FAILED" : "ok    "} ${seconds.padStart(6)} s  ${name}`);
  }
  const total = outcomes.map((outcome) => outcome.counts).reduce(add, none);
  for (const failure of total.failures) console.log(`\nFAILED ${failure}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
}

function add(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...a.failures, ...b.failures],
  };
}

/** Everything on Node, in parts of which none takes more than a few minutes. */
function nodeStages(): readonly Stage[] {
  const processes = "test/process";
  const others = ordinaryFolders().filter((folder) => ![...portable, processes].includes(folder));
  return [vitest("node", portable), vitest("node", others), vitest("node", [processes])];
}

function ordinaryFolders(): readonly string[] {
  return readdirSync(join(root, "test"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !apart.has(entry.name))
    .map((entry) => `test/${entry.name}`);
}

/** File names given on the command line take the place of a plan's folders. */
function filters(folders: readonly string[]): readonly string[] {
  return givenFilters.length > 0 ? givenFilters : folders;
}

function exists(folder: string): boolean {
  return existsSync(join(root, folder));
}
