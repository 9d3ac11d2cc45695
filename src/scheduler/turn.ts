import type { Ring } from "../internal/ring.ts";
import type { Budget } from "./budget.ts";
import type { Lanes } from "./lanes.ts";
import type { Policy } from "./policy.ts";
import type { Task } from "./task.ts";

/**
 * Read this file first: everything else in fibril exists to put something into
 * `ring`, and this is the loop that takes it out again.
 */

/** What a turn works on. */
export interface Turn {
  readonly ring: Ring<Task>;
  readonly lanes: Lanes;
  readonly budget: Budget;
  readonly policy: Policy | undefined;
}

/**
 * Runs ready tasks, each for one step, until none is left (`true`) or the
 * budget is spent (`false`). What a task makes ready goes to the tail and runs
 * in the same turn, after everything that was ready before it.
 */
export function takeTurn(turn: Turn): boolean {
  const { ring, lanes, budget } = turn;
  budget.refill();
  for (;;) {
    if (lanes.size > 0) runUrgent(lanes);
    const task = turn.policy === undefined ? ring.shift() : choose(ring, turn.policy);
    if (task === undefined) {
      if (!runPatient(lanes)) return true;
    } else if (typeof task === "function") task();
    else task.runStep();
    if (budget.spent()) break;
  }
  // Patient tasks get one step a turn, or fibers that spin would starve them.
  runPatient(lanes);
  return ring.isEmpty() && lanes.size === 0;
}

function choose(ring: Ring<Task>, policy: Policy): Task | undefined {
  return ring.isEmpty() ? undefined : ring.takeAt(policy(ring.size));
}

function runUrgent(lanes: Lanes): void {
  for (let task = lanes.shiftUrgent(); task !== undefined; task = lanes.shiftUrgent()) task();
}

function runPatient(lanes: Lanes): boolean {
  const task = lanes.shiftPatient();
  task?.();
  return task !== undefined;
}
