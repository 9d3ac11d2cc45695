/**
 * Thrown by a call that the state of a tasklet does not allow: to run one that
 * is blocked, to bind one that lives, to block one whose `blockTrap` is set.
 *
 * Stackless: `RuntimeError`.
 *
 * @example
 * ```ts
 * import { TaskletError, tasklet } from "fibril/stackless";
 *
 * try {
 *   tasklet().insert();
 * } catch (error) {
 *   console.log(error instanceof TaskletError); // -> true
 * }
 * ```
 */
export class TaskletError extends Error {
  override readonly name: string = "TaskletError";
  readonly _tag: "TaskletError" = "TaskletError" as const;
}
