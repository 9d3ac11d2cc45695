import type { Fiber } from "../../fiber/fiber.ts";
import { getEventLoop } from "./current-loop.ts";
import type { Awaitable, ErrorOf, ResultOf, TaskOptions } from "./task.ts";

/**
 * Queues an awaitable as a task: a Fiber, which can be awaited, killed
 * (`task.cancel()` is `task.kill()`) and linked. What still runs when `run` is
 * over is killed.
 *
 * asyncio: `asyncio.create_task`; as `spawn`, which knows no loop.
 *
 * @throws TypeError at the call for what can't be awaited.
 * @example
 * ```ts
 * import { createTask, run, sleep } from "fibril/asyncio";
 *
 * function* say(text: string, ms: number) {
 *   yield* sleep(ms);
 *   console.log(text);
 * }
 * run(function* main() {
 *   const world = createTask(say("world", 20));
 *   const hello = createTask(say("hello", 10));
 *   yield* hello;
 *   // -> hello
 *   yield* world;
 *   // -> world
 * });
 * ```
 */
export function createTask<T extends Awaitable>(
  awaitable: T,
  options?: TaskOptions,
): Fiber<ResultOf<T>, ErrorOf<T>> {
  return getEventLoop().begin(awaitable, createTask, options);
}
