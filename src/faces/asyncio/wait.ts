import * as Exit from "effect/Exit";
import type { Fiber } from "../../fiber/fiber.ts";
import { iwait } from "../../fiber/iwait.ts";
import { checkOptions, type WaitOptions } from "../../fiber/limits.ts";
import { isInterrupt } from "../../fiber/outcome.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";

/**
 * For `wait`: until the first task has ended.
 *
 * asyncio: `asyncio.FIRST_COMPLETED`.
 *
 * @example
 * ```ts
 * import { createTask, FIRST_COMPLETED, run, sleep, wait } from "fibril/asyncio";
 *
 * run(function* main() {
 *   const tasks = [createTask(sleep(5)), createTask(sleep("1 hour"))];
 *   const [done, pending] = yield* wait(tasks, { returnWhen: FIRST_COMPLETED });
 *   console.log(done.size, pending.size); // -> 1 1
 * });
 * ```
 */
export const FIRST_COMPLETED: "FIRST_COMPLETED" = "FIRST_COMPLETED" as const;

/**
 * For `wait`: until the first task has failed, or all have ended.
 *
 * asyncio: `asyncio.FIRST_EXCEPTION`.
 *
 * @example
 * ```ts
 * import { createTask, FIRST_EXCEPTION, run, sleep, wait } from "fibril/asyncio";
 *
 * run(function* main() {
 *   const failing = createTask(() => {
 *     throw new Error("no");
 *   });
 *   const waiting = wait([failing, createTask(sleep("1 hour"))], { returnWhen: FIRST_EXCEPTION });
 *   const [done] = yield* waiting;
 *   console.log([...done].map((task) => String(task.exception))); // -> [ "Error: no" ]
 * });
 * ```
 */
export const FIRST_EXCEPTION: "FIRST_EXCEPTION" = "FIRST_EXCEPTION" as const;

/**
 * For `wait`, and what it does without: until all have ended.
 *
 * asyncio: `asyncio.ALL_COMPLETED`.
 *
 * @example
 * ```ts
 * import { ALL_COMPLETED, createTask, run, sleep, wait } from "fibril/asyncio";
 *
 * run(function* main() {
 *   const [done] = yield* wait([createTask(sleep(5))], { returnWhen: ALL_COMPLETED });
 *   console.log(done.size); // -> 1
 * });
 * ```
 */
export const ALL_COMPLETED: "ALL_COMPLETED" = "ALL_COMPLETED" as const;

/** How several tasks are waited for. */
export interface WaitTasksOptions extends WaitOptions {
  /** What is enough: `ALL_COMPLETED` if absent. */
  readonly returnWhen?:
    | typeof FIRST_COMPLETED
    | typeof FIRST_EXCEPTION
    | typeof ALL_COMPLETED
    | undefined;
}

type Split<F> = [done: Set<F>, pending: Set<F>];

/**
 * Waits for tasks and gives two sets: those that have ended, in this order, and
 * those that have not. It neither throws their failures nor kills anything, also
 * not when the `timeout` has passed.
 *
 * asyncio: `asyncio.wait`.
 *
 * @throws RangeError at the call without any task, TypeError for what is none.
 * @example
 * ```ts
 * import { createTask, run, sleep, wait } from "fibril/asyncio";
 *
 * run(function* main() {
 *   const [quick, slow] = [createTask(sleep(5)), createTask(sleep("1 hour"))];
 *   const [done, pending] = yield* wait([quick, slow], { timeout: 50 });
 *   console.log(done.has(quick), pending.has(slow)); // -> true true
 * });
 * ```
 */
export function wait<F extends Fiber>(
  tasks: Iterable<F>,
  options?: WaitTasksOptions,
): Wait<Split<F>> {
  checkOptions(options, "wait");
  const all = [...new Set(tasks)];
  if (all.length === 0) throw new RangeError("Cannot wait for no tasks: pass at least one");
  // Throws at the call what is wrong with them.
  iwait(all, options);
  return script(waiting<F>, all, options ?? {});
}

function* waiting<F extends Fiber>(
  tasks: readonly F[],
  { returnWhen = ALL_COMPLETED, ...limits }: WaitTasksOptions,
): Generator<Yieldable<never>, Split<F>, never> {
  const [done, pending]: Split<F> = [new Set(), new Set(tasks)];
  const finishing = iwait(tasks, limits);
  try {
    for (;;) {
      const step = (yield* finishing.next()) as IteratorResult<F, undefined>;
      if (step.done === true) return [done, pending];
      done.add(step.value);
      pending.delete(step.value);
      if (returnWhen === FIRST_COMPLETED) return [done, pending];
      if (returnWhen === FIRST_EXCEPTION && hasFailed(step.value)) return [done, pending];
    }
  } finally {
    finishing[Symbol.dispose]();
  }
}

/** A kill is no failure. A look at the Exit itself: this is not yet seeing it. */
function hasFailed({ settledExit }: Fiber): boolean {
  return (
    settledExit !== undefined && Exit.isFailure(settledExit) && !isInterrupt(settledExit.cause)
  );
}
