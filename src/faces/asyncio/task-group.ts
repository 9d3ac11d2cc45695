import type { Fiber } from "../../fiber/fiber.ts";
import type { Wait } from "../../fiber/wait.ts";
import { Group } from "../../sync/group.ts";
import type { Runnable, ValueOf } from "../../sync/task-types.ts";
import { type Awaitable, checkAwaitable, type ErrorOf, type ResultOf, toTask } from "./task.ts";

/**
 * Tasks that end with a block: the block waits for them all, and the first that
 * fails kills the others and is thrown.
 *
 * asyncio: `asyncio.TaskGroup`, which throws a group of errors; as `Group.use`
 * with `failFast`.
 *
 * @example
 * ```ts
 * import { run, sleep, TaskGroup } from "fibril/asyncio";
 *
 * function* work(name: string, ms: number) {
 *   yield* sleep(ms);
 *   console.log(name);
 * }
 * run(function* main() {
 *   yield* TaskGroup.use(function* (group) {
 *     group.createTask(work("b", 20));
 *     group.createTask(work("a", 10));
 *   });
 *   // -> a
 *   // -> b
 * });
 * ```
 */
export class TaskGroup {
  readonly #group: Group;

  private constructor(group: Group) {
    this.#group = group;
  }

  /** Runs `block` with a new group. */
  static use<M>(block: ((group: TaskGroup) => M) & Runnable<M>): Wait<ValueOf<M>, unknown> {
    return Group.use(((group: Group) => block(new TaskGroup(group))) as never, { failFast: true });
  }

  /** Queues an awaitable as a task of the group. */
  createTask<T extends Awaitable>(awaitable: T): Fiber<ResultOf<T>, ErrorOf<T>> {
    checkAwaitable(awaitable, "create a task of");
    const task = toTask(awaitable, this.createTask);
    this.#group.add(task);
    return task;
  }
}
