import type { Case } from "./case.ts";
import { columnOf } from "./plan.ts";
import type { Samples } from "./samples.ts";
import { format } from "./table.ts";

/**
 * How far a figure of the short form may lie above its goal. Smaller, and a busy machine fails the
 * check; larger, and an operation that became quadratic passes.
 */
const GROSS = 5;

/** What lies above `tolerance` times its goal on Node, a line each. */
export function missed(cases: readonly Case[], samples: Samples, tolerance: number): string[] {
  return cases.flatMap(({ key, name, goal, unit }) => {
    const own = samples.median(key, columnOf("fibril", "node"));
    if (goal === undefined || own === undefined || own <= goal * tolerance) return [];
    return [`${name}: ${format(own, unit)}, the goal is ${format(goal, unit)}`];
  });
}

/** What no noise explains. */
export function grosslyMissed(cases: readonly Case[], samples: Samples): string[] {
  return missed(cases, samples, GROSS);
}
