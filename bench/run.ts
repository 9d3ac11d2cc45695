/**
 * Measures fibril beside its peers and writes README.md: `npm run bench`. The short form,
 * `npm run bench -- --quick`, prints a table and fails only if a goal is missed by far.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cases as allCases } from "./cases/all.ts";
import { grosslyMissed } from "./goals.ts";
import { machine, today } from "./machine.ts";
import { measureMonkey } from "./monkey/plan.ts";
import { costRows, raceRows, section } from "./monkey/section.ts";
import { type Options, readOptions } from "./options.ts";
import { findPeers, type Peer } from "./peers.ts";
import { columnOf, measureAll } from "./plan.ts";
import { HEADING as PROCESSES } from "./process/section.ts";
import { readme } from "./readme.ts";
import { findRuntimes, type Runtime } from "./runtimes.ts";
import { Samples } from "./samples.ts";
import { asText, tableOf } from "./table.ts";
import { sectionIn, writeSection } from "./written.ts";

const file = join(import.meta.dirname, "README.md");
const options = readOptions(process.argv.slice(2));
const cases = allCases.filter(({ key }) => options.keys.length === 0 || options.keys.includes(key));
const runtimes = findRuntimes(options.runtimes);
const peers = options.quick ? [] : findPeers();
const samples = new Samples();
try {
  if (cases.length > 0) await measureAll(options, runtimes, installed(peers), samples);
} finally {
  for (const peer of peers) peer.dispose();
}
if (cases.length > 0) for (const runtime of runtimes) show(runtime);
const patched = await sectionOnMonkey();
if (isFull(options)) {
  // A command of its own measures that one.
  const processes = sectionIn(file, PROCESSES);
  writeFileSync(file, readme({ options, cases, runtimes, peers, samples, patched, processes }));
} else if (patched !== "" && options.runtimes.length === 0) writeSection(file, patched);
const failures = grosslyMissed(cases, samples);
for (const failure of failures) console.error(`Missed by far: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;

/** Only a run of everything replaces the written figures. */
function isFull({ quick, keys, runtimes: named }: Options): boolean {
  return !quick && keys.length === 0 && named.length === 0;
}

/** What patched calls cost, on the runtimes where every call is patched. */
async function sectionOnMonkey(): Promise<string> {
  const { quick, keys, rounds, samples: each } = options;
  if (quick || (keys.length > 0 && !keys.includes("monkey"))) return "";
  const covered = runtimes.filter(({ name }) => name !== "bun");
  const found = await measureMonkey({ rounds, samples: each, withPeers: true }, covered);
  for (const { name, title } of covered)
    console.log(`\n${title}\n\n${asText(costRows(name, found))}`);
  console.log(`\n${asText(raceRows(covered, found))}`);
  return section(covered, found, `${today()}, ${machine()}`);
}

function installed(found: readonly Peer[]): readonly Peer[] {
  for (const { name, version, hint } of found) {
    if (version === undefined) console.error(`Skipped ${name}, which is not installed: ${hint}`);
  }
  return found.filter(({ version }) => version !== undefined);
}

function show({ name, title, version }: Runtime): void {
  const beside = [
    { id: columnOf("effect", name), title: "Effect" },
    { id: columnOf("promise", name), title: "promises" },
    ...peers.map((peer) => ({ id: peer.name, title: peer.name })),
  ];
  const ours = { id: columnOf("fibril", name), title: "fibril" };
  console.log(`\n${title} ${version}\n`);
  console.log(asText(tableOf(cases, ours, beside, samples)));
}
