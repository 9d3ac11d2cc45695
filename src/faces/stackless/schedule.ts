import type { FiberCore } from "../../fiber/core.ts";
import type { Step } from "../../fiber/fiber-state.ts";
import { Op, type Wait } from "../../fiber/wait.ts";
import { hub } from "../../scheduler/hub.ts";
import { coreOf } from "./core.ts";
import { Place } from "./place.ts";
import { refuseSwitch } from "./switch-to.ts";
import { type Tasklet, taskletOf } from "./tasklet.ts";

/** What the rest parameter of `schedule` holds: `schedule(undefined)` gives undefined. */
type Given = readonly [value?: unknown];

abstract class Scheduling extends Op<unknown> {
  readonly #given: Given;

  constructor(given: Given) {
    super();
    this.#given = given;
  }

  protected valueFor(fiber: FiberCore): unknown {
    return this.#given.length === 0 ? taskletOf(coreOf(fiber)) : this.#given[0];
  }
}

class Schedule extends Scheduling {
  begin(fiber: FiberCore): Step {
    const core = coreOf(fiber);
    const { circle } = core;
    if (circle.runnables.size > 0) refuseSwitch(circle);
    circle.requeue(core, fiber, this.valueFor(fiber));
    return hub.parked;
  }
}

class ScheduleRemove extends Scheduling {
  begin(fiber: FiberCore): Step {
    const core = coreOf(fiber);
    refuseSwitch(core.circle);
    const place = new Place(core, fiber, "stackless.scheduleRemove", this.valueFor(fiber));
    const step = fiber.parkOn(place);
    core.rest();
    return step;
  }
}

/**
 * Lets the other runnable tasklets go first. Gives `value`, or the tasklet itself,
 * unless somebody sets its `tempval` meanwhile.
 *
 * Stackless: `stackless.schedule(retval)`.
 *
 * @example
 * ```ts
 * import { run, schedule, tasklet } from "fibril/stackless";
 *
 * function* twice(name: string) {
 *   console.log(name);
 *   console.log(yield* schedule(`${name} again`));
 * }
 * tasklet(twice)("a");
 * tasklet(twice)("b");
 * void run().then();
 * // -> a
 * // -> b
 * // -> a again
 * // -> b again
 * ```
 */
export function schedule(): Wait<Tasklet>;
export function schedule<A>(value: A): Wait<A>;
export function schedule(...given: Given): Wait<unknown> {
  return new Schedule(given);
}

/**
 * Pauses the tasklet that yields it until somebody inserts it, runs it or throws
 * into it. Gives what `schedule` gives.
 *
 * Stackless: `stackless.schedule_remove(retval)`.
 *
 * @example
 * ```ts
 * import { run, scheduleRemove, tasklet } from "fibril/stackless";
 *
 * async function main() {
 *   const sleeper = tasklet(function* () {
 *     yield* scheduleRemove();
 *     console.log("inserted");
 *   })();
 *   await run();
 *   console.log(sleeper.paused); // -> true
 *   sleeper.insert();
 *   await run(); // -> inserted
 * }
 * void main();
 * ```
 */
export function scheduleRemove(): Wait<Tasklet>;
export function scheduleRemove<A>(value: A): Wait<A>;
export function scheduleRemove(...given: Given): Wait<unknown> {
  return new ScheduleRemove(given);
}
