/**
 * Measures fibril/process beside its peers and writes its section of ../README.md:
 * `npm run bench:process`. With `--quick` or `--only` it prints, and writes nothing.
 */

import { join } from "node:path";
import { parseArgs } from "node:util";
import { outputOf } from "../command.ts";
import { versionOf } from "../installed.ts";
import { machine, today } from "../machine.ts";
import { positive } from "../options.ts";
import { findRuntimes } from "../runtimes.ts";
import { asText } from "../table.ts";
import { writeSection } from "../written.ts";
import { measureAll, type Plan, python } from "./plan.ts";
import { allRows, groupOf, type Row } from "./rows.ts";
import { missed, section, tableRows } from "./section.ts";

const usage = `npm run bench:process -- [--quick] [--rounds=5] [--samples=2] [--only=queue,pool/one]

  --quick    a smoke run of seconds: it tells that all of it works, its figures tell nothing
  --only     some groups or rows, printed and not written`;

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    samples: { type: "string" },
    only: { type: "string", default: "" },
  },
});
if (values.help) console.log(usage);
else await run();

async function run(): Promise<void> {
  const plan = planOf();
  const rows = rowsOf(values.only.split(",").filter((key) => key !== ""));
  const samples = await measureAll(plan, rows);
  console.log(asText(tableRows(rows, samples)));
  if (values.quick) return;
  console.log(`\n${missed(rows, samples)}`);
  if (rows.length < allRows.length) return;
  writeSection(join(import.meta.dirname, "../README.md"), section(rows, samples, plan, facts()));
}

/** By group or key; all if none is named. */
function rowsOf(wanted: readonly string[]): readonly Row[] {
  if (wanted.length === 0) return allRows;
  const rows = allRows.filter((row) => wanted.includes(row.key) || wanted.includes(groupOf(row)));
  if (rows.length > 0) return rows;
  throw new RangeError(`Nothing is called ${wanted.join()}: rows.ts has the groups and rows`);
}

function planOf(): Plan {
  if (values.quick) return { rounds: 1, samples: 1, shorter: 20 };
  const rounds = positive(values.rounds, "rounds", 5);
  return { rounds, samples: positive(values.samples, "samples", 2), shorter: 1 };
}

function facts(): readonly string[] {
  const versions = [
    ...findRuntimes(["node", "deno"]).map(({ title, version }) => `${title} ${version}`),
    outputOf([python, "--version"]) ?? python,
    ...["piscina", "tinypool", "workerpool"].map((name) => `${name} ${versionOf(name)}`),
  ];
  return [`Machine: ${machine()}`, `Versions: ${versions.join(", ")}`, `Date: ${today()}`];
}
