/** The victim has started processes, a pool and a manager: they end with it. */
import { sleep } from "fibril";
import { SyncManager } from "../../../../src/process/manager/manager.ts";
import { Pool } from "../../../../src/process/pool/pool.ts";
import { Queue } from "../../../../src/process/queue/queue.ts";
import { follow, type Places, type Plan } from "../plan.ts";
import { begin, inTime, killOne, type Scenario, until } from "../scenario.ts";
import { marked } from "../traces.ts";

export function double(value: number): number {
  return 2 * value;
}

export async function live(queue: Queue<number>): Promise<void> {
  await queue.put(process.pid);
  await sleep("1 hour");
}

/** Nothing tells it that its parent has ended but the system: it does not come to read messages. */
export function stall(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

export async function liveAndDie(plan: Plan, queue: Queue<number>): Promise<void> {
  begin(live, queue);
  begin(stall);
  await queue.get();
  follow(plan);
  const pool = new Pool(2);
  const manager = new SyncManager();
  const starting = manager.start();
  for (let i = 0; i < 100; i++) await pool.apply(double, [i]);
  await starting;
  const dict = await manager.dict<number, number>();
  for (let i = 0; ; i++) {
    begin(live, queue);
    await dict.set(i, await queue.get());
  }
}

export const places: Places = {
  "start.forked": 4,
  "start.sent": 4,
  "pool.hired": 2,
  "pool.sent": 50,
  "pool.finished": 50,
  "manager.asked": 4,
  "manager.answered": 4,
};

export function scenario(): Scenario {
  const queue = new Queue<number>();
  let round = 0;
  return {
    async round(plan) {
      const mark = `FIBRIL_KILLS_ROUND=${process.pid}-${++round}-`;
      const [name = "", value] = mark.split("=");
      process.env[name] = value;
      try {
        await killOne(liveAndDie, plan, queue);
      } finally {
        delete process.env[name];
      }
      await until("all that it has started is gone", () => marked(mark) === 0);
      while (!queue.empty()) queue.getNowait();
      await queue.put(1);
      await inTime("the queue goes on", queue.get());
    },
    async end() {},
  };
}
