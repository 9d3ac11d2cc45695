import { checkFunction } from "../fiber/body.ts";
import { checkOptions } from "../fiber/limits.ts";
import { type Compare, Heap } from "./heap.ts";
import { naturalOrder } from "./natural-order.ts";
import { Queue, type QueueOptions } from "./queue.ts";

/** What a PriorityQueue begins with. */
export interface PriorityQueueOptions<T> extends QueueOptions<T> {
  /** Negative if `a` is to come before `b`, positive if after, else 0: Effect's `Order` is one. */
  readonly compare?: Compare<T> | undefined;
}

/**
 * A queue that gives the least item first, and of equal ones the oldest. Without
 * `compare` items are numbers, strings, dates, or arrays that begin with one, such
 * as `[priority, job]`: those are compared element by element. A put or a get of
 * what can't be compared throws a TypeError and leaves the queue as it was.
 *
 * gevent: `gevent.queue.PriorityQueue`; Python: `queue.PriorityQueue`.
 *
 * @example
 * ```ts
 * import { PriorityQueue } from "fibril/queue";
 *
 * const jobs = new PriorityQueue<[priority: number, job: string]>();
 * jobs.putNowait([2, "sweep"]);
 * jobs.putNowait([1, "put out the fire"]);
 * console.log(jobs.getNowait()[1]); // -> put out the fire
 *
 * interface Patient {
 *   readonly name: string;
 *   readonly pain: number;
 * }
 * const compare = (a: Patient, b: Patient) => b.pain - a.pain;
 * const waitingRoom = new PriorityQueue<Patient>(0, { compare });
 * waitingRoom.putNowait({ name: "Ann", pain: 1 });
 * waitingRoom.putNowait({ name: "Bob", pain: 9 });
 * console.log(waitingRoom.getNowait().name); // -> Bob
 * ```
 */
export class PriorityQueue<T> extends Queue<T> {
  /** As for a Queue. */
  constructor(maxsize = 0, options: PriorityQueueOptions<T> | Iterable<T> = {}) {
    checkOptions(options, "create a queue");
    const { compare = naturalOrder } = options as PriorityQueueOptions<T>;
    checkFunction(compare, "order items by");
    super(maxsize, options, new Heap<T>(compare));
  }
}
