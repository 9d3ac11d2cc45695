/**
 * Thrown where an item was wanted of a queue that has none, and waiting was
 * refused or took too long.
 *
 * gevent: `gevent.queue.Empty`; Python: `queue.Empty`.
 *
 * @example
 * ```ts
 * import { Empty, Queue } from "fibril/queue";
 *
 * const queue = new Queue<string>();
 * try {
 *   queue.getNowait();
 * } catch (error) {
 *   console.log(error instanceof Empty); // -> true
 * }
 * ```
 */
export class Empty extends Error {
  override readonly name: string = "Empty";
  readonly _tag: "Empty" = "Empty" as const;
}

/**
 * Thrown where an item was offered to a queue that has no room, and waiting was
 * refused or took too long.
 *
 * gevent: `gevent.queue.Full`; Python: `queue.Full`.
 *
 * @example
 * ```ts
 * import { Full, Queue } from "fibril/queue";
 *
 * const queue = new Queue<string>(1);
 * queue.putNowait("first");
 * try {
 *   queue.putNowait("second");
 * } catch (error) {
 *   console.log(error instanceof Full); // -> true
 * }
 * ```
 */
export class Full extends Error {
  override readonly name: string = "Full";
  readonly _tag: "Full" = "Full" as const;
}

/**
 * Thrown by a put on a queue that was shut down, and by a get on one that is
 * empty as well: there will never be an item.
 *
 * gevent: `gevent.queue.ShutDown`; Python: `queue.ShutDown`.
 *
 * @example
 * ```ts
 * import { Queue, ShutDown } from "fibril/queue";
 *
 * const queue = new Queue<string>();
 * queue.putNowait("last");
 * queue.shutdown();
 * console.log(queue.getNowait()); // -> last
 * try {
 *   queue.getNowait();
 * } catch (error) {
 *   console.log(error instanceof ShutDown); // -> true
 * }
 * ```
 */
export class ShutDown extends Error {
  override readonly name: string = "ShutDown";
  readonly _tag: "ShutDown" = "ShutDown" as const;
}
