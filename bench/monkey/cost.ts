/**
 * What a patched call costs more than the host's: `cost.ts <rounds> <url> <echo port> <file>`
 * prints JSON lines. Started by plan.ts. Both are measured in turn in this one process, by its CPU
 * time: other programs on the machine then disturb the figures least.
 */

import { spawn } from "fibril";
import { patchAll } from "fibril/monkey";
import { type Call, calls, currentCalls, type HostCalls, type Places } from "./calls.ts";

/** They are compiled by then. */
const WARM_UPS = 10;

const [rounds, url = "", echoPort, file = ""] = process.argv.slice(2);
const places: Places = { url, echoPort: Number(echoPort), file };
const plain = currentCalls();

for (const call of calls) {
  for (let round = -WARM_UPS; round < Number(rounds); round++) {
    const sample = await compare(call);
    if (round < 0) continue;
    for (const [what, value] of Object.entries(sample)) {
      console.log(JSON.stringify({ key: `${call.key}/${what}`, value }));
    }
  }
}
process.exit(0);

/** Nanoseconds of the call itself, and those that are added to it. */
async function compare(call: Call) {
  const before = await timeOf(call, plain);
  const patched = patchAll({ blocking: "ignore", maxBlockingTime: false });
  const ours = currentCalls();
  const outside = await timeOf(call, ours);
  const inFiber = await spawn(() => timeOf(call, ours));
  patched[Symbol.dispose]();
  const unpatchedInFiber = await spawn(() => timeOf(call, plain));
  const after = await timeOf(call, plain);
  const own = (before + after) / 2;
  return { plain: own, outside: outside - own, fiber: inFiber - unpatchedInFiber };
}

async function timeOf({ run, count }: Call, of: HostCalls): Promise<number> {
  const before = process.cpuUsage();
  await run(of, count, places);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / count;
}
