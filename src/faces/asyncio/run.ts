import type { Fiber } from "../../fiber/fiber.ts";
import { begin, makeFiber } from "../../fiber/spawn.ts";
import type { Yieldable } from "../../fiber/wait.ts";
import { getEventLoop, newEventLoop, setEventLoop } from "./current-loop.ts";
import { type Awaitable, checkAwaitable, type ErrorOf, type ResultOf } from "./task.ts";

/**
 * Runs a program's main coroutine in a loop of its own: `await` it. When it is
 * over, tasks that still run are killed and waited for.
 *
 * asyncio: `asyncio.run`.
 *
 * @throws TypeError at the call for what can't be awaited; what `main` throws, and an Error if a
 *   loop is running, come from the fiber.
 * @example
 * ```ts
 * import { run, sleep } from "fibril/asyncio";
 *
 * function* main() {
 *   yield* sleep(5);
 *   return "done";
 * }
 * run(main).then(console.log); // -> done
 * ```
 */
export function run<T extends Awaitable>(main: T): Fiber<ResultOf<T>, ErrorOf<T>> {
  checkAwaitable(main, "run");
  return begin(makeFiber("run", runToEnd, [main], run));
}

function* runToEnd(main: Awaitable): Generator<Yieldable, unknown, never> {
  if (getEventLoop().isRunning()) {
    throw new Error("Cannot run inside of a running event loop: use createTask, or `yield*`");
  }
  const loop = newEventLoop();
  setEventLoop(loop);
  const task = loop.runUntilComplete(main);
  try {
    return yield* task;
  } finally {
    yield* task.kill();
    yield* loop.killTasks();
    loop.close();
  }
}
