import { checkOptions } from "../fiber/limits.ts";
import type { Wait } from "../fiber/wait.ts";
import { Depot } from "./depot.ts";
import { NOTHING } from "./exchange.ts";
import { Fifo } from "./item-store.ts";
import { Get, Peek, Put } from "./queue-ops.ts";
import { emptyFor } from "./queue-refusals.ts";
import { type QueueWaitOptions, wanted } from "./queue-waits.ts";

/** No queue is full that takes as many items as come. */
const UNBOUNDED = 0;

/**
 * First in, first out, and no more than that: it takes as many items as come, and
 * has neither tasks nor an end.
 *
 * gevent: `gevent.queue.SimpleQueue`; Python: `queue.SimpleQueue`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { SimpleQueue } from "fibril/queue";
 *
 * const letters = new SimpleQueue<string>();
 * spawn(function* () {
 *   console.log("got", yield* letters.get()); // -> got hello
 * });
 * letters.putNowait("hello");
 * ```
 */
export class SimpleQueue<T> {
  readonly #depot: Depot<T> = new Depot<T>(new Fifo(), UNBOUNDED);
  readonly #get: Get<T> = new Get(this.#depot);

  /** Puts `item` in; it never waits, and takes the options of a Queue's `put` for nothing. */
  put(item: T, options?: QueueWaitOptions): Wait<void> {
    checkOptions(options, "put");
    return new Put(this.#depot, item);
  }

  /**
   * Waits for the oldest item and takes it. Throws Empty past the `timeout`.
   *
   * @throws TypeError or RangeError at the call for bad options.
   */
  get(options?: QueueWaitOptions): Wait<T> {
    return this.#want(this.#get, options, "get");
  }

  /** As `get`, but leaves the item where it is. */
  peek(options?: QueueWaitOptions): Wait<T> {
    return this.#want(new Peek(this.#depot), options, "peek");
  }

  /** Puts `item` in at once. */
  putNowait(item: T): void {
    this.#depot.add(item);
  }

  /** Takes the oldest item at once. Throws Empty. */
  getNowait(): T {
    return this.#found(this.#depot.take());
  }

  /** The oldest item, which stays where it is. Throws Empty. */
  peekNowait(): T {
    return this.#found(this.#depot.peek());
  }

  /** How many items are in it. */
  qsize(): number {
    return this.#depot.items.size;
  }

  empty(): boolean {
    return this.qsize() === 0;
  }

  /** Never. */
  full(): boolean {
    return false;
  }

  #want(op: Get<T> | Peek<T>, options: QueueWaitOptions | undefined, caller: string): Wait<T> {
    return wanted(op, options, caller, (millis) => emptyFor(this.#depot, millis));
  }

  #found(item: T | typeof NOTHING): T {
    if (item !== NOTHING) return item;
    throw emptyFor(this.#depot, undefined);
  }
}
