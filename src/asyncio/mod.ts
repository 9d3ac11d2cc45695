/**
 * The names of Python's asyncio, on fibers.
 *
 * @module
 */
export { asCompleted } from "../faces/asyncio/as-completed.ts";
export { createTask } from "../faces/asyncio/create-task.ts";
export { getEventLoop, newEventLoop, setEventLoop } from "../faces/asyncio/current-loop.ts";
export { EventLoop, type Handle } from "../faces/asyncio/event-loop.ts";
export { type GatherOptions, gather } from "../faces/asyncio/gather.ts";
export { run } from "../faces/asyncio/run.ts";
export { shield } from "../faces/asyncio/shield.ts";
export type { Awaitable, ErrorOf, ResultOf, TaskOptions } from "../faces/asyncio/task.ts";
export { TaskGroup } from "../faces/asyncio/task-group.ts";
export { type ModuleExport, toThread } from "../faces/asyncio/to-thread.ts";
export {
  ALL_COMPLETED,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type WaitTasksOptions,
  wait,
} from "../faces/asyncio/wait.ts";
export { waitFor } from "../faces/asyncio/wait-for.ts";
export { getCurrent as currentTask } from "../fiber/current.ts";
export type { Fiber as Task } from "../fiber/fiber.ts";
export { GreenletExit as CancelledError } from "../fiber/greenlet-exit.ts";
export type { WaitOptions } from "../fiber/limits.ts";
export { sleep } from "../fiber/sleep.ts";
export { Timeout as TimeoutError } from "../fiber/timeout.ts";
export type { Wait, Yieldable } from "../fiber/wait.ts";
export { Barrier } from "../sync/barrier.ts";
export { BoundedSemaphore } from "../sync/bounded-semaphore.ts";
export { Condition } from "../sync/condition.ts";
export { Event } from "../sync/event.ts";
export { LifoQueue } from "../sync/lifo-queue.ts";
export { Lock } from "../sync/lock.ts";
export { PriorityQueue } from "../sync/priority-queue.ts";
export { Queue } from "../sync/queue.ts";
export {
  Empty as QueueEmpty,
  Full as QueueFull,
  ShutDown as QueueShutDown,
} from "../sync/queue-errors.ts";
export { Semaphore } from "../sync/semaphore.ts";
