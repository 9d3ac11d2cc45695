/** One of two workers dies. */
import { existsSync } from "node:fs";
import { RawArray } from "../../../../src/process/memory/raw-array.ts";
import { Pool } from "../../../../src/process/pool/pool.ts";
import { WorkerDied } from "../../../../src/process/pool/worker-died.ts";
import { follow, type Places, type Plan } from "../plan.ts";
import { inTime, must, type Scenario, startEarly } from "../scenario.ts";

const TASKS = 60;

let runs: RawArray<"i"> | undefined;

export function remember(array: RawArray<"i">): void {
  runs = array;
}

export function run(id: number): number {
  runs?.set(id, runs.get(id) + 1);
  return id;
}

/** From its next turn on: it is to answer that it does. */
export function followPlan(plan: Plan): number {
  setTimeout(follow, 0, plan);
  return process.pid;
}

export const places: Places = {
  "worker.ready": 1,
  "worker.told": 3,
  "worker.opened": 1,
  "worker.claimed": 20,
  "worker.ran": 20,
  "worker.answered": 20,
  "flow.written": 5,
  "flow.put": 5,
  "flow.read": 5,
  "flow.got": 5,
  atomics: 80,
};

export function scenario(): Scenario {
  const array = new RawArray("i", TASKS);
  const open = () => new Pool({ processes: 2, initializer: remember, initargs: [array] });
  const usual = open();
  return {
    async round(plan) {
      const isFresh = plan.place === "worker.ready" || plan.place === "worker.opened";
      const pool = isFresh ? startEarly(plan, open) : usual;
      if (isFresh) {
        // Two die, each of which may have been given one.
        let lost = 0;
        for (let i = 0; i < 3; i++) lost += await runAll(pool, array);
        must("lost tasks", lost, 0, 1, 2);
        return await close(pool);
      }
      const victim = await inTime("the plan", pool.apply(followPlan, [plan]));
      let lost = 0;
      const runSome = async () => {
        do lost += await runAll(pool, array);
        while (existsSync(`/proc/${victim}`));
      };
      await inTime("the victim's end", runSome());
      must("lost tasks", lost, ...lostAt(plan));
      must("lost tasks later", await runAll(pool, array), 0);
    },
    end: () => close(usual),
  };
}

async function close(pool: Pool): Promise<void> {
  pool.close();
  await inTime("the pool is over", pool.join());
}

/** How many tasks fail. By its channel nobody can tell what a worker has begun. */
function lostAt({ place }: Plan): number[] {
  return place === "worker.claimed" || place === "worker.ran" ? [1] : [0, 1];
}

/** Runs tasks, each of which is run once or has failed; gives how many have. */
async function runAll(pool: Pool, array: RawArray<"i">): Promise<number> {
  array.fill(0);
  const ids = [...array.toArray().keys()];
  const all = Promise.allSettled(ids.map((id) => pool.apply(run, [id])));
  const results = await inTime("all tasks", all);
  let lost = 0;
  for (const [id, result] of results.entries()) {
    if (result.status === "fulfilled") {
      must("result", result.value, id);
      must(`runs of task ${id}`, array.get(id), 1);
    } else {
      const { reason } = result;
      if (!(reason instanceof WorkerDied)) throw reason;
      must("exit code", reason.exitcode, -9);
      must(`runs of the lost task ${id}`, array.get(id), 0, 1);
      lost++;
    }
  }
  return lost;
}
