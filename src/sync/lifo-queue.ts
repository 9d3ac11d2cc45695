import { Stack } from "./item-store.ts";
import { Queue, type QueueOptions } from "./queue.ts";

/**
 * A queue that gives the newest item first.
 *
 * gevent: `gevent.queue.LifoQueue`; Python: `queue.LifoQueue`.
 *
 * @example
 * ```ts
 * import { LifoQueue } from "fibril/queue";
 *
 * const plates = new LifoQueue<string>();
 * plates.putNowait("blue");
 * plates.putNowait("red");
 * console.log(plates.getNowait(), plates.getNowait()); // -> red blue
 * ```
 */
export class LifoQueue<T> extends Queue<T> {
  /** As for a Queue: the last of its first items is the newest. */
  constructor(maxsize = 0, options: QueueOptions<T> | Iterable<T> = {}) {
    super(maxsize, options, new Stack<T>());
  }
}
