/**
 * Queues between fibers.
 *
 * @module
 */
export type { WaitOptions } from "../fiber/limits.ts";
export type { Wait } from "../fiber/wait.ts";
export type { Compare } from "../sync/heap.ts";
export type { ItemStore } from "../sync/item-store.ts";
export { JoinableQueue } from "../sync/joinable-queue.ts";
export { LifoQueue } from "../sync/lifo-queue.ts";
export { PriorityQueue, type PriorityQueueOptions } from "../sync/priority-queue.ts";
export { Queue, type QueueOptions, type ShutdownOptions } from "../sync/queue.ts";
export { Empty, Full, ShutDown } from "../sync/queue-errors.ts";
export type { QueueWaitOptions } from "../sync/queue-waits.ts";
export { SimpleQueue } from "../sync/simple-queue.ts";
