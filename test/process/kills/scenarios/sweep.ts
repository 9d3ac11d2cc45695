/** The victim's child is killed with a lock, a place at a barrier and a job in hand; the victim dies while it clears up after that. */
import { readFileSync } from "node:fs";
import { sleep, spawn } from "fibril";
import { BrokenBarrierError } from "fibril/sync";
import { AtomicValue } from "../../../../src/process/memory/atomic-value.ts";
import { Queue } from "../../../../src/process/queue/queue.ts";
import { Barrier } from "../../../../src/process/sync/barrier.ts";
import { Lock } from "../../../../src/process/sync/lock.ts";
import { follow, isAnywhere, type Places, type Plan } from "../plan.ts";
import { begin, died, inTime, must, type Scenario, until } from "../scenario.ts";

interface Shared {
  readonly lock: Lock;
  readonly barrier: Barrier;
  readonly jobs: Queue<number>;
  /** The child's process id, once it has all of that. */
  readonly child: AtomicValue<"i">;
  /** Whether the victim follows the plan. */
  readonly follows: AtomicValue<"i">;
}

export async function hold({ lock, barrier, jobs, child }: Shared): Promise<void> {
  await jobs.get();
  await lock.acquire();
  const meeting = barrier.wait();
  spawn(() => meeting);
  while (barrier.nWaiting < 2) await sleep(1);
  child.value = process.pid;
  await sleep("1 hour");
}

export async function clearUpAndDie(plan: Plan, shared: Shared): Promise<void> {
  begin(hold, shared);
  while (shared.child.value === 0) await sleep(1);
  shared.follows.value = 1;
  follow(plan);
  await sleep("1 hour");
}

export const places: Places = {
  "sweep.begun": 1,
  "sweep.cleared": 1,
  "sweep.released": 1,
  atomics: 250,
};

export function scenario(): Scenario {
  return {
    async round(plan) {
      const shared: Shared = {
        lock: new Lock(),
        barrier: new Barrier(3),
        jobs: new Queue(),
        child: new AtomicValue("i", 0),
        follows: new AtomicValue("i", 0),
      };
      const { lock, barrier, jobs, child, follows } = shared;
      await jobs.put(1);
      const meeting = barrier.wait().then(String, (error) => error);
      const victim = begin(clearUpAndDie, plan, shared);
      await until("the victim is ready", () => follows.value === 1);
      process.kill(child.value, "SIGKILL");
      lookOn(victim.pid as number, isAnywhere(plan) ? 300 : 5000);
      if (isAnywhere(plan)) victim.kill();
      await died(victim);
      await inTime("the lock", lock.acquire());
      must("abandoned", lock.abandoned, true);
      lock.release();
      const how = await inTime("the barrier", meeting);
      if (!(how instanceof BrokenBarrierError)) throw new Error(`It got ${how}`);
      await inTime("the jobs are done", jobs.join());
      // It may be counted once more by whoever goes on with that, if the victim was in the middle of it.
      must("lost jobs", jobs.lostTasks, 1, ...(isAnywhere(plan) ? [2] : []));
      if (jobs.lostTasks > 1) return;
      await jobs.put(0);
      must("jobs to be done", jobs.unfinishedTasks, 1);
    },
    async end() {},
  };
}

/** Does nothing else until it is dead, or has long cleared up: this process would do so before. */
function lookOn(pid: number, millis: number): void {
  for (const end = Date.now() + millis; Date.now() < end; ) {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    if (stat[stat.lastIndexOf(")") + 2] === "Z") return;
  }
}
