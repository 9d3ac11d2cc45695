import { Queue } from "./queue.ts";

/**
 * A Queue by the name that it has where it alone can be joined: in Python's
 * processes, and in gevent before 25.4.
 *
 * gevent: `gevent.queue.JoinableQueue`; Python: `multiprocessing.JoinableQueue`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { JoinableQueue } from "fibril/queue";
 *
 * function* consumer(queue: JoinableQueue<number>) {
 *   for (;;) {
 *     console.log("eats", yield* queue.get());
 *     queue.taskDone();
 *   }
 * }
 * const queue = new JoinableQueue<number>();
 * spawn({ daemon: true }, consumer, queue);
 * spawn(function* () {
 *   yield* queue.put(1);
 *   yield* queue.put(2);
 *   yield* queue.join();
 *   console.log("nothing is left");
 * });
 * // -> eats 1
 * // -> eats 2
 * // -> nothing is left
 * ```
 */
export class JoinableQueue<T> extends Queue<T> {}
