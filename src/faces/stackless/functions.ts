import { show } from "../../fiber/body.ts";
import { currentCore, type TaskletCore } from "./core.ts";
import { Tasklet, type TaskletBody, taskletOf } from "./tasklet.ts";

/**
 * A tasklet of `fn`, which its call makes runnable: `tasklet(fn)(...args)`. With
 * `args` here it lives at once, paused; without `fn` it has to be bound.
 *
 * Stackless: `stackless.tasklet(func, args, kwargs)`.
 *
 * @throws TypeError for what is no function.
 * @example
 * ```ts
 * import { run, tasklet } from "fibril/stackless";
 *
 * tasklet((name: string) => console.log(`Hello ${name}`))("Bob"); // -> Hello Bob
 * void run().then();
 * ```
 */
export function tasklet(): Tasklet<unknown[]>;
export function tasklet<Args extends unknown[]>(
  fn: TaskletBody<Args>,
  args?: Args,
  kwargs?: object,
): Tasklet<Args>;
export function tasklet(fn?: TaskletBody<unknown[]>, args?: unknown[], kwargs?: object): Tasklet {
  return new Tasklet(fn, args, kwargs) as Tasklet;
}

/**
 * The tasklet that runs here; where none does, the main one.
 *
 * Stackless: `stackless.getcurrent()`, `stackless.current`.
 *
 * @example
 * ```ts
 * import { getCurrent, getMain, run, type Tasklet, tasklet } from "fibril/stackless";
 *
 * const task: Tasklet = tasklet(() => console.log(getCurrent() === task))(); // -> true
 * console.log(getCurrent() === getMain()); // -> true
 * void run().then();
 * ```
 */
export function getCurrent(): Tasklet {
  return taskletOf(currentCore());
}

/**
 * The main tasklet of those that take turns here: what the fiber runs, or the
 * top level, that made the first of them.
 *
 * Stackless: `stackless.getmain()`, `stackless.main`; there every thread has one.
 *
 * @example
 * ```ts
 * import { getMain } from "fibril/stackless";
 *
 * console.log(getMain().isMain); // -> true
 * ```
 */
export function getMain(): Tasklet {
  return taskletOf(currentCore().circle.main as TaskletCore);
}

/**
 * How many tasklets can run, with the one that does: 1 or more.
 *
 * Stackless: `stackless.getruncount()`, `stackless.runcount`.
 *
 * @example
 * ```ts
 * import { getRunCount, tasklet } from "fibril/stackless";
 *
 * tasklet(() => {})();
 * console.log(getRunCount()); // -> 2
 * ```
 */
export function getRunCount(): number {
  return currentCore().circle.runnables.size + 1;
}

/**
 * Adds `change` to the level of the switch trap and gives the new one: above 0 a
 * switch to another tasklet throws a TaskletError. To sleep is no such switch.
 *
 * Stackless: `stackless.switch_trap(change)`.
 *
 * @throws RangeError for what is no integer.
 * @example
 * ```ts
 * import { schedule, switchTrap, tasklet } from "fibril/stackless";
 *
 * tasklet(() => {})();
 * switchTrap(1);
 * schedule()
 *   .then(undefined, (error) => console.log(error.name)) // -> TaskletError
 *   .then(() => console.log(switchTrap(-1))); // -> 0
 * ```
 */
export function switchTrap(change: number): number {
  if (!Number.isInteger(change)) {
    throw new RangeError(`Cannot change the switch trap by ${show(change)}: pass an integer`);
  }
  const { circle } = currentCore();
  circle.trap += change;
  return circle.trap;
}
