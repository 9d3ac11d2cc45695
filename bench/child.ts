/**
 * Runs the cases of one side on this runtime and prints a JSON line for each sample:
 * `child.ts <side> <unit> <samples> <key,key…>`. Started by run.ts; an empty list means every case.
 */

import { type Case, isImport, type Program, type Side } from "./case.ts";
import { cases } from "./cases/all.ts";
import { sampleHeap, sampleTime } from "./sample.ts";

const [side, unit, samples, keys = ""] = process.argv.slice(2);
const wanted = keys === "" ? undefined : keys.split(",");

for (const each of cases) {
  if (each.unit !== unit || wanted?.includes(each.key) === false) continue;
  for (const value of await sample(each, side as Side, Number(samples))) {
    console.log(JSON.stringify({ key: each.key, value }));
  }
}
process.exit(0);

async function sample(each: Case, by: Side, count: number): Promise<readonly number[]> {
  if (isImport(each) || each[by] === undefined) return [];
  if (each.unit === "ns") return sampleTime(each, each[by], count);
  return [await sampleHeap(each[by] as Program, each.count)];
}
