import type { Fiber } from "../../fiber/fiber.ts";
import type { Observer } from "../../fiber/fiber-state.ts";
import { iwait } from "../../fiber/iwait.ts";
import { killAll } from "../../fiber/kill-all.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import { createTask } from "./create-task.ts";
import { type Awaitable, checkAwaitable, type ErrorOf, type ResultOf } from "./task.ts";

/** How several awaitables are awaited together. */
export interface GatherOptions {
  /** `true`: errors stand among the results. `false` (the default): the first is thrown. */
  readonly returnExceptions?: boolean | undefined;
}

type Results<T extends readonly Awaitable[]> = { -readonly [K in keyof T]: ResultOf<T[K]> };
type Settled<T extends readonly Awaitable[]> = { -readonly [K in keyof T]: ResultOf<T[K]> | Error };

/**
 * Awaits all at the same time, what is no task as a new one, and gives their
 * results in input order. The first failure is thrown as it happens, and the
 * others run on. A kill or a timeout of the wait kills them all.
 *
 * asyncio: `asyncio.gather`; as `joinAll`, which takes fibers and leaves them alone.
 *
 * @throws TypeError at the call for what can't be awaited.
 * @example
 * ```ts
 * import { gather, run, sleep } from "fibril/asyncio";
 *
 * function* double(n: number) {
 *   yield* sleep(10 - n);
 *   return n * 2;
 * }
 * run(function* main() {
 *   console.log(yield* gather(double(1), double(2))); // -> [ 2, 4 ]
 * });
 * ```
 */
export function gather<const T extends readonly Awaitable[]>(
  ...awaitables: [...T, options: GatherOptions & { readonly returnExceptions: true }]
): Wait<Settled<T>>;
export function gather<const T extends readonly Awaitable[]>(
  ...awaitables: [...T, options: GatherOptions]
): Wait<Results<T>, ErrorOf<T[number]>>;
export function gather<const T extends readonly Awaitable[]>(
  ...awaitables: T
): Wait<Results<T>, ErrorOf<T[number]>>;
export function gather(...given: readonly unknown[]): Wait<unknown[], unknown> {
  const options = given.at(-1);
  const awaitables = isOptions(options) ? given.slice(0, -1) : given;
  for (const awaitable of awaitables) checkAwaitable(awaitable, "gather");
  const raises = !(isOptions(options) && options.returnExceptions === true);
  return script(gathering, awaitables as Awaitable[], raises);
}

function isOptions(value: unknown): value is GatherOptions {
  return typeof value === "object" && value !== null && "returnExceptions" in value;
}

/** One that fails after another did is no news to anybody. */
const SEEN: Observer = { settled() {}, observes: true, prompt: true };

function* gathering(
  awaitables: readonly Awaitable[],
  raises: boolean,
): Generator<Yieldable, unknown[], never> {
  const tasks: Fiber[] = awaitables.map((awaitable) => createTask(awaitable));
  for (const task of tasks) task.observe(SEEN);
  const failed = yield* untilDone(tasks, raises);
  if (failed !== undefined) yield* failed;
  return tasks.map(({ exception, value }) => exception ?? value);
}

/** Waits for all, or for the first that fails. */
function* untilDone(
  tasks: readonly Fiber[],
  raises: boolean,
): Generator<Yieldable, Fiber | undefined, never> {
  const finishing = iwait(new Set(tasks));
  try {
    for (;;) {
      const { done, value: task } = yield* finishing.next();
      if (done === true) return undefined;
      if (raises && !(task as Fiber).successful()) return task as Fiber;
    }
  } catch (struck) {
    yield* killAll(tasks);
    throw struck;
  } finally {
    finishing[Symbol.dispose]();
  }
}
