/** The tasks of pool.ts in other packages' pools, each with two workers: `pool-peers.ts <package> …`. */

import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { Tinypool } from "tinypool";
import workerpool from "workerpool";
import { measure, perSecond } from "./measure.ts";
import { items, ofIdeal, PROCESSES } from "./pool-work.ts";

type Task = "inc" | "ms1";

interface PeerPool {
  run(task: Task, n: number): PromiseLike<unknown>;
  end(): PromiseLike<unknown>;
}

const work = new URL("./pool-work.ts", import.meta.url);
const size = { minThreads: PROCESSES, maxThreads: PROCESSES };

const peers: Readonly<Record<string, () => PeerPool>> = {
  piscina() {
    const pool = new Piscina({ filename: work.href, ...size });
    return { run: (name, n) => pool.run(n, { name }), end: () => pool.destroy() };
  },
  tinypool() {
    const pool = new Tinypool({ filename: work.href, runtime: "child_process", ...size });
    return { run: (name, n) => pool.run(n, { name }), end: () => pool.destroy() };
  },
  workerpool() {
    const script = fileURLToPath(new URL("./workerpool-worker.ts", import.meta.url));
    const workers = { minWorkers: PROCESSES, maxWorkers: PROCESSES };
    const pool = workerpool.pool(script, { workerType: "process", ...workers });
    return {
      run: async (name, n) => pool.exec(name, [n]),
      end: async () => pool.terminate(true),
    };
  },
};

async function main([name = "", ...args]: readonly string[]): Promise<void> {
  const pool = (peers[name] as () => PeerPool)();
  const all = (task: Task, count: number) =>
    Promise.all(items(count).map((n) => pool.run(task, n)));
  await measure(
    {
      "pool/one": async (count) => {
        const began = performance.now();
        await all("inc", count);
        return perSecond(count, began);
      },
      "pool/ms": async (count) => {
        const began = performance.now();
        await all("ms1", count);
        return ofIdeal(count, began);
      },
    },
    args,
  );
  await pool.end();
}

void main(process.argv.slice(2));
