/** The victim takes jobs and reports them as done; what it leaves is done here. */
import { Queue } from "../../../../src/process/queue/queue.ts";
import { follow, isAnywhere, type Place, type Places, type Plan } from "../plan.ts";
import { inTime, killOne, must, type Scenario } from "../scenario.ts";

const JOBS = 12;

/** It has one in hand that it has not reported. */
const IN_HAND: readonly Place[] = ["flow.got", "flow.taken"];

export async function workAndDie(plan: Plan, jobs: Queue<number>): Promise<void> {
  follow(plan);
  for (;;) {
    await jobs.get();
    jobs.taskDone();
  }
}

export const places: Places = {
  "flow.read": 10,
  "flow.got": 10,
  "flow.taken": 10,
  "tasks.done": 10,
  atomics: 60,
};

export const farPlaces: Places = { "broker.asked": 60 };

export function scenario(): Scenario {
  const jobs = new Queue<number>();
  return {
    async round(plan) {
      const before = jobs.lostTasks;
      for (let i = 0; i < JOBS; i++) await jobs.put(i);
      await killOne(workAndDie, plan, jobs);
      const lost = jobs.lostTasks - before;
      if (isAnywhere(plan)) must("lost", lost, 0, 1);
      else must("lost", lost, IN_HAND.includes(plan.place) ? 1 : 0);
      while (!jobs.empty()) {
        jobs.getNowait();
        jobs.taskDone();
      }
      await inTime("the jobs are done", jobs.join());
      await jobs.put(0);
      must("jobs to be done", jobs.unfinishedTasks, 1);
      await jobs.get();
      must("jobs to be done", jobs.unfinishedTasks, 1);
      jobs.taskDone();
      must("jobs to be done", jobs.unfinishedTasks, 0);
    },
    async end() {},
  };
}
