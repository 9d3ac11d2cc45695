/** A worker of an executor dies: all that is not done fails, and what comes later is refused. */
import { BrokenProcessPool } from "../../../../src/process/pool/broken-process-pool.ts";
import { ProcessPoolExecutor } from "../../../../src/process/pool/executor.ts";
import { follow, type Places, type Plan } from "../plan.ts";
import { inTime, must, type Scenario } from "../scenario.ts";

/** From its next turn on: it is to answer that it does. */
export function followPlan(plan: Plan): void {
  setTimeout(follow, 0, plan);
}

export function same(id: number): number {
  return id;
}

export const places: Places = {
  "worker.claimed": 20,
  "worker.ran": 20,
  "worker.told": 3,
  "flow.put": 5,
};

export function scenario(): Scenario {
  return {
    async round(plan) {
      const executor = new ProcessPoolExecutor({ maxWorkers: 2 });
      await inTime("the plan", executor.submit(followPlan, plan).result());
      let isBroken = false;
      for (let id = 0; !isBroken; id++) {
        try {
          const futures = Array.from({ length: 5 }, () => executor.submit(same, id));
          const results = futures.map((future) => future.result());
          for (const result of await inTime("all results", Promise.allSettled(results))) {
            if (result.status === "fulfilled") must("result", result.value, id);
            else if (result.reason instanceof BrokenProcessPool) isBroken = true;
            else throw result.reason;
          }
        } catch (error) {
          if (!(error instanceof BrokenProcessPool)) throw error;
          isBroken = true;
        }
      }
      await inTime("the executor is shut down", executor.shutdown());
    },
    async end() {},
  };
}
