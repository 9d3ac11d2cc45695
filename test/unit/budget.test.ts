import { expect, test } from "vitest";
import { Budget, TURN_BUDGET_MS } from "../../src/scheduler/budget.ts";

/** How many short steps a turn takes whose time is over at its `looks`-th look at the clock. */
function stepsOfTurn(looks: number): number {
  let now = 0;
  let pace = 0;
  const budget = new Budget(() => {
    now += pace;
    return now;
  });
  budget.refill();
  pace = (TURN_BUDGET_MS / looks) * 1.001;
  for (let steps = 1; ; steps++) if (budget.spent()) return steps;
}

test("turns of which one is a look longer end at different ones of tasks that alternate", () => {
  for (let looks = 6; looks < 50; looks++) {
    for (const tasks of [2, 3, 4, 5]) {
      expect(stepsOfTurn(looks) % tasks).not.toBe(stepsOfTurn(looks + 1) % tasks);
    }
  }
});
