import { show } from "../fiber/body.ts";
import type { Unawaited } from "../fiber/iwait.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import type { Wait } from "../fiber/wait.ts";
import { Depot } from "./depot.ts";
import { NOTHING } from "./exchange.ts";
import { Fifo, type ItemStore } from "./item-store.ts";
import { Get, Next, Peek, Put } from "./queue-ops.ts";
import { emptyFor, fullFor, shutForGet } from "./queue-refusals.ts";
import { JoinTasks } from "./queue-tasks.ts";
import { type QueueWaitOptions, refuseNegative, wanted, within } from "./queue-waits.ts";

/** What a queue begins with. */
export interface QueueOptions<T> {
  /** The first items, which may be more than `maxsize`. They count as tasks, too. */
  readonly items?: Iterable<T> | undefined;
  /** For errors and reports. */
  readonly name?: string | undefined;
}

/** How a queue is shut down. */
export interface ShutdownOptions {
  /** Throws away what is in it, instead of letting it be got. */
  readonly immediate?: boolean | undefined;
}

/**
 * First in, first out, between fibers. `get` waits while it is empty, `put` while
 * it is full. Whoever waits longest is served first; but an item or a place is
 * nobody's until then, so that a fiber that runs may be faster, as in gevent. A
 * kill or a timeout at a wait loses no item.
 *
 * Every `put` is a task: `taskDone` reports one as done, and `join` waits until
 * all are. Iterate over it with `for await`, in a fiber with `forEach` or `next`:
 * that ends when it was shut down and is empty.
 *
 * gevent: `gevent.queue.Queue`; Python: `queue.Queue`.
 *
 * @example
 * ```ts
 * import { forEach, spawn } from "fibril";
 * import { Queue } from "fibril/queue";
 *
 * function* worker(name: string, jobs: Queue<string>) {
 *   yield* forEach(jobs, (job) => {
 *     console.log(name, "does", job);
 *     jobs.taskDone();
 *   });
 * }
 * const jobs = new Queue<string>(2);
 * spawn(worker, "Ann", jobs);
 * spawn(function* () {
 *   for (const job of ["washing", "ironing", "folding"]) yield* jobs.put(job);
 *   yield* jobs.join();
 *   console.log("all done");
 *   jobs.shutdown();
 * });
 * // -> Ann does washing
 * // -> Ann does ironing
 * // -> Ann does folding
 * // -> all done
 * ```
 */
export class Queue<T> implements AsyncIterable<Unawaited<T>> {
  readonly #depot: Depot<T>;
  /** Without the items. */
  readonly #options: QueueOptions<T>;
  readonly #get: Get<T>;
  readonly #next: Next<T>;

  /**
   * @param maxsize how many items it takes; 0 and less: as many as come.
   * @param options or just the first items.
   * @param store for subclasses: keeps the items and says which is next.
   * @throws TypeError or RangeError for a maxsize that is no integer; Infinity is one.
   */
  constructor(
    maxsize = 0,
    options: QueueOptions<T> | Iterable<T> = {},
    store: ItemStore<T> = new Fifo<T>(),
  ) {
    checkMaxsize(maxsize);
    checkOptions(options, "create a queue");
    const { items = [], ...others } = Symbol.iterator in options ? { items: options } : options;
    this.#options = others;
    this.#depot = new Depot(store, maxsize, this.name);
    this.#get = new Get(this.#depot);
    this.#next = new Next(this.#depot);
    for (const item of items) this.#depot.add(item);
  }

  get name(): string | undefined {
    return this.#options.name;
  }

  /**
   * How many items it takes; 0 and less: as many as come. A larger one lets those
   * go on that wait for room; a smaller one throws nothing away.
   */
  get maxsize(): number {
    return this.#depot.maxsize;
  }

  set maxsize(maxsize: number) {
    checkMaxsize(maxsize);
    this.#depot.maxsize = maxsize;
  }

  /**
   * Waits for room and puts `item` in. Throws Full past the `timeout`, and ShutDown.
   *
   * @throws TypeError or RangeError at the call for bad options.
   */
  put(item: T, options?: QueueWaitOptions): Wait<void> {
    const put = new Put(this.#depot, item);
    if (options === undefined) return put;
    checkOptions(options, "put");
    if (this.maxsize > 0) refuseNegative(options, "put");
    return within(put, options, (millis) => fullFor(this.#depot, millis));
  }

  /**
   * Waits for the next item and takes it. Throws Empty past the `timeout`, and
   * ShutDown.
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

  /** Puts `item` in at once. Throws Full or ShutDown. */
  putNowait(item: T): void {
    if (!this.#depot.give(item)) throw fullFor(this.#depot, undefined);
  }

  /** Takes the next item at once. Throws Empty or ShutDown. */
  getNowait(): T {
    return this.#found(this.#depot.take());
  }

  /** The next item, which stays where it is. Throws Empty or ShutDown. */
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

  /** Whether a put would have to wait. */
  full(): boolean {
    return this.#depot.isFull;
  }

  /** As `qsize()`. */
  get size(): number {
    return this.qsize();
  }

  /** As `qsize()`: Python's `len(queue)`. */
  get length(): number {
    return this.qsize();
  }

  /** How many wait to get, peek or go on with their iteration. */
  getting(): number {
    return this.#depot.getters.size;
  }

  /** How many wait to put. */
  putting(): number {
    return this.#depot.putters.size;
  }

  /** How many items were put and not reported as done. */
  get unfinishedTasks(): number {
    return this.#depot.tasks.unfinished;
  }

  /** Reports that one item that was got is done with. Throws a RangeError if all are. */
  taskDone(): void {
    if (this.unfinishedTasks === 0) {
      throw new RangeError(
        `taskDone() called too many times: every task of the ${this.#depot.title} is done. Call it once for each get`,
      );
    }
    this.#depot.tasks.finish(1);
  }

  /** Waits until every task is done, and gives true; false if the `timeout` came first. */
  join(options?: WaitOptions): Wait<boolean> {
    checkOptions(options, "join");
    const join = new JoinTasks(this.#depot.tasks);
    return isLimited(options) ? limited(join, options, { value: false }) : join;
  }

  /**
   * From now on every put throws ShutDown, as do those that wait. What is in the
   * queue can still be got; then gets throw it, too, and iterations end. With
   * `immediate` that is thrown away, and counts as done: but `join` waits for tasks
   * that somebody has in hand. Again it is nothing.
   */
  shutdown(options?: ShutdownOptions): void {
    checkOptions(options, "shut down");
    if (options?.immediate === true) this.#depot.drain();
    this.#depot.shutDown();
  }

  get isShutdown(): boolean {
    return this.#depot.isShutdown;
  }

  /** A queue of the same kind with the same items, open and with nobody waiting. */
  copy(): this {
    const Kind = this.constructor as QueueClass<T, this>;
    const { items } = this.#depot;
    return new Kind(this.maxsize, { ...this.#options, items }, items.fresh());
  }

  /** As `get`, in the form of an iterator's step: shut down and empty is its end. */
  next(): Wait<IteratorResult<T, undefined>> {
    return this.#next;
  }

  [Symbol.asyncIterator](): AsyncIterator<Unawaited<T>> {
    // A loop that is left early leaves the queue open to others.
    return { next: () => this.#next as unknown as Promise<IteratorResult<Unawaited<T>>> };
  }

  #want(op: Get<T> | Peek<T>, options: QueueWaitOptions | undefined, caller: string): Wait<T> {
    return wanted(op, options, caller, (millis) => emptyFor(this.#depot, millis));
  }

  #found(item: T | typeof NOTHING): T {
    if (item !== NOTHING) return item;
    throw this.isShutdown ? shutForGet(this.#depot) : emptyFor(this.#depot, undefined);
  }
}

type QueueClass<T, Q> = new (maxsize: number, options: QueueOptions<T>, store: ItemStore<T>) => Q;

function checkMaxsize(maxsize: unknown): void {
  if (typeof maxsize !== "number") {
    throw new TypeError(`Cannot give a queue the maxsize ${show(maxsize)}: pass a number`);
  }
  if (Number.isInteger(maxsize) || Math.abs(maxsize) === Number.POSITIVE_INFINITY) return;
  throw new RangeError(
    `Cannot give a queue the maxsize ${maxsize}: pass an integer, 0 for as many as come`,
  );
}
