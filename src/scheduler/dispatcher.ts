import type { Scheduler, SchedulerDispatcher } from "effect/Scheduler";
import { hub } from "./hub.ts";

/** One for all Effect fibers: their tasks and ours share the hub's ready ring. */
const dispatcher: SchedulerDispatcher = {
  scheduleTask: (task, priority) => hub.schedule(task, priority),
  flush: () => hub.flush(),
};

/** Effect's scheduler on the hub: Effect fibers take turns with ours, in FIFO order. */
export const scheduler: Scheduler = {
  executionMode: "async",
  shouldYield: (fiber) => fiber.currentOpCount >= fiber.cache.maxOpsBeforeYield,
  makeDispatcher: () => dispatcher,
};
