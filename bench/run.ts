/**
 * Measures fibril beside its peers and writes README.md: `npm run bench`. The short form,
 * `npm run bench -- --quick`, prints a table and fails only if a goal is missed by far.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cases as allCases } from "./cases/all.ts";
import { grosslyMissed } from "./goals.ts";
import { type Options, readOptions } from "./options.ts";
import { findPeers, type Peer } from "./peers.ts";
import { columnOf, measureAll } from "./plan.ts";
import { readme } from "./readme.ts";
import { findRuntimes, type Runtime } from "./runtimes.ts";
import { Samples } from "./samples.ts";
import { asText, tableOf } from "./table.ts";

const options = readOptions(process.argv.slice(2));
const cases = allCases.filter(({ key }) => options.keys.length === 0 || options.keys.includes(key));
const runtimes = findRuntimes(options.runtimes);
const peers = options.quick ? [] : findPeers();
const samples = new Samples();
try {
  await measureAll(options, runtimes, installed(peers), samples);
} finally {
  for (const peer of peers) peer.dispose();
}
for (const runtime of runtimes) show(runtime);
if (isFull(options)) {
  const text = readme({ options, cases, runtimes, peers, samples });
  writeFileSync(join(import.meta.dirname, "README.md"), text);
}
const failures = grosslyMissed(cases, samples);
for (const failure of failures) console.error(`Missed by far: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;

/** Only a run of everything replaces the written figures. */
function isFull({ quick, keys, runtimes: named }: Options): boolean {
  return !quick && keys.length === 0 && named.length === 0;
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
