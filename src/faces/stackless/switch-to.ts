import type { FiberCore } from "../../fiber/core.ts";
import { ready, type Step } from "../../fiber/fiber-state.ts";
import { Op } from "../../fiber/wait.ts";
import { hub } from "../../scheduler/hub.ts";
import type { Circle } from "./circle.ts";
import { coreOf, type TaskletCore } from "./core.ts";
import { Place } from "./place.ts";
import { TaskletError } from "./tasklet-error.ts";

/** `yield* tasklet.run()`: it goes on now, and the caller where the circle comes back to it. */
export class RunTasklet extends Op<unknown> {
  readonly #target: TaskletCore;

  constructor(target: TaskletCore) {
    super();
    this.#target = target;
  }

  begin(fiber: FiberCore): Step {
    const [source, target] = [coreOf(fiber), this.#target];
    if (target === source) return ready(takeTempval(source));
    const place = placeToRun(target);
    if (target.circle === source.circle) {
      refuseSwitch(source.circle);
      return turnTo(source, fiber, place);
    }
    // As between the threads of Stackless: it is the next one there.
    target.circle.turnTo(place);
    return ready(takeTempval(source));
  }
}

/** `yield* tasklet.switch()`: as `run`, but the caller is paused. */
export class SwitchTasklet extends Op<unknown> {
  readonly #target: TaskletCore;

  constructor(target: TaskletCore) {
    super();
    this.#target = target;
  }

  begin(fiber: FiberCore): Step {
    const [source, target] = [coreOf(fiber), this.#target];
    if (target === source) return ready(takeTempval(source));
    const place = placeToRun(target);
    const { circle } = source;
    if (target.circle !== circle) {
      throw new TaskletError(
        `Cannot switch to tasklet "${target.name}", whose main tasklet is another: run it, or send it something`,
      );
    }
    refuseSwitch(circle);
    const step = fiber.parkOn(new Place(source, fiber, "stackless.switch", takeTempval(source)));
    target.circle.turnTo(place);
    source.rest();
    return step;
  }
}

/** The switch to a tasklet that an error was put into. */
export class LetThrow extends Op<void> {
  readonly #target: TaskletCore;

  constructor(target: TaskletCore) {
    super();
    this.#target = target;
  }

  begin(fiber: FiberCore): Step {
    const [source, target] = [coreOf(fiber), this.#target];
    if (target.circle === source.circle && target.place !== undefined && target.runnable) {
      return turnTo(source, fiber, target.place);
    }
    // It throws by the hub's queue, or has done so: this comes after it.
    return fiber.requeue();
  }
}

/** The caller stands first, and the circle turns from it to the other. */
function turnTo(source: TaskletCore, fiber: FiberCore, place: Place): Step {
  const { circle } = source;
  const own = circle.requeue(source, fiber, takeTempval(source));
  circle.turnTo(own);
  circle.turnTo(place);
  return hub.parked;
}

function takeTempval(core: TaskletCore): unknown {
  const { tempval } = core;
  core.tempval = undefined;
  return tempval;
}

/** Where it stands. Throws for one that can't be run. */
function placeToRun(target: TaskletCore): Place {
  refuseDead(target);
  if (target.place === undefined || target.blocked) throw elsewhere(target, "run");
  return target.place;
}

export function refuseDead(target: TaskletCore): void {
  if (target.alive) return;
  throw new TaskletError(
    `Cannot run tasklet "${target.name}", which is dead or has no arguments yet: call it, or bind it to some`,
  );
}

/** It waits in a channel, or for something that is no business of the circle. */
export function elsewhere(target: TaskletCore, verb: string): TaskletError {
  const park = target.place ?? target.fiber?.park;
  const where = park === undefined ? "is ready by itself" : `waits in ${park.describe()}`;
  return new TaskletError(`Cannot ${verb} tasklet "${target.name}", which ${where}`);
}

/** Throws while `switchTrap` is set. */
export function refuseSwitch(circle: Circle): void {
  if (circle.trap <= 0) return;
  throw new TaskletError(
    `Cannot switch to another tasklet: the switch trap is set, at level ${circle.trap}`,
  );
}
