import type { Unawaited } from "../../fiber/iwait.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../../fiber/limits.ts";
import type { Wait } from "../../fiber/wait.ts";
import type { ShutdownOptions } from "../../sync/queue.ts";
import { emptyFor, fullFor, shutForGet } from "../../sync/queue-refusals.ts";
import { type QueueWaitOptions, refuseNegative, within } from "../../sync/queue-waits.ts";
import { wrap } from "../codec/parcel.ts";
import { ProcessError } from "../process-error.ts";
import { BUSY } from "../ring/flow.ts";
import { LATER } from "../ring/flow-op.ts";
import { patiently } from "./patiently.ts";
import { Get, Next, Put } from "./queue-ops.ts";
import type { Store } from "./store.ts";

/** All of a queue, whether it was made here or in another process. */
export abstract class OpenedQueue<T> implements AsyncIterable<Unawaited<T>> {
  readonly #store: Store;
  readonly #get: Get<T>;
  readonly #next: Next<T>;
  #isClosed = false;

  constructor(store: Store) {
    this.#store = store;
    this.#get = new Get(store);
    this.#next = new Next(store);
  }

  static storeOf(queue: OpenedQueue<never>): Store {
    return queue.#store;
  }

  /** How many items it takes; 0: as many as come. */
  get maxsize(): number {
    return this.#store.maxsize;
  }

  /**
   * Waits for room and puts a copy of `item` in, as it is at the call. Throws Full
   * past the `timeout`, ShutDown, and SharedMemoryFull when there is no memory left. From then on the item is in the queue, whatever
   * becomes of this process.
   *
   * @throws UnsendableError at the call, naming what can't go to another process; TypeError or
   *   RangeError for bad options; ProcessError after `close`.
   */
  put(item: T, options?: QueueWaitOptions): Wait<void> {
    this.#checkOpen("put into");
    checkOptions(options, "put");
    const put = new Put(this.#store, wrap(item, "item"));
    if (options === undefined) return put;
    if (this.maxsize > 0) refuseNegative(options, "put");
    return within(put, options, (millis) => fullFor(this.#store, millis));
  }

  /**
   * Waits for the next item and takes it. Throws Empty past the `timeout`, and
   * ShutDown.
   *
   * @throws TypeError or RangeError at the call for bad options, ProcessError after `close`.
   */
  get(options?: QueueWaitOptions): Wait<T> {
    this.#checkOpen("get from");
    if (options === undefined) return this.#get;
    checkOptions(options, "get");
    refuseNegative(options, "get");
    return within(this.#get, options, (millis) => emptyFor(this.#store, millis));
  }

  /** Puts `item` in at once. Throws Full or ShutDown, and as `put` does. */
  putNowait(item: T): void {
    this.#checkOpen("put into");
    const parcel = wrap(item, "item");
    if (patiently(() => this.#store.put(parcel)) === true) return;
    throw fullFor(this.#store, undefined);
  }

  /** Takes the next item at once. Throws Empty or ShutDown. */
  getNowait(): T {
    this.#checkOpen("get from");
    const item = patiently(() => this.#store.get());
    if (item !== LATER && item !== BUSY) return item as T;
    throw this.#store.isOver ? shutForGet(this.#store) : emptyFor(this.#store, undefined);
  }

  /** How many items are in it at this moment. */
  qsize(): number {
    return this.#store.flow.count;
  }

  empty(): boolean {
    return this.#store.flow.isEmpty;
  }

  /** Whether a put would have to wait. */
  full(): boolean {
    return this.#store.flow.isFull;
  }

  /** As `qsize()`. */
  get size(): number {
    return this.qsize();
  }

  /** How many items were put and not reported as done. */
  get unfinishedTasks(): number {
    return this.#store.tasks.unfinished;
  }

  /** How many items were in the hands of processes that ended before they reported them: they count as done. */
  get lostTasks(): number {
    return this.#store.tasks.lost;
  }

  /**
   * Reports that one item is done with that this process has got. Throws a RangeError
   * if all are.
   */
  taskDone(): void {
    if (this.#store.tasks.finish()) return;
    throw new RangeError(
      "taskDone() called too many times: every task of the queue is done. Call it once for each get",
    );
  }

  /**
   * Waits until every item that was put is done with, and gives true; false if the
   * `timeout` came first. What a process had got that ends is not waited for.
   */
  join(options?: WaitOptions): Wait<boolean> {
    checkOptions(options, "join");
    const { allDone } = this.#store.tasks;
    return isLimited(options) ? limited(allDone, options, { value: false }) : allDone;
  }

  /**
   * In every process: from now on a put throws ShutDown. What is in the queue can
   * still be got; then gets throw it, too, and iterations end. With `immediate` that
   * is thrown away, and counts as done. Again it is nothing.
   */
  shutdown(options?: ShutdownOptions): void {
    checkOptions(options, "shut down");
    this.#store.shutDown();
    if (options?.immediate === true) this.#store.drain();
  }

  get isShutdown(): boolean {
    return this.#store.isShut;
  }

  /** From now on this process neither puts nor gets. Others do, and what is in it stays. */
  close(): void {
    this.#isClosed = true;
  }

  /**
   * Waits until all that this process has put is out of its hands: that it is at once.
   *
   * @throws ProcessError before `close`.
   */
  joinThread(): void {
    if (this.#isClosed) return;
    throw new ProcessError("Cannot join the thread of a queue that is open: close() it before");
  }

  /** For programs that come from Python: a process never waits at its end for what it has put. */
  cancelJoinThread(): void {}

  /** As `get`, in the form of an iterator's step: shut down and empty is its end. */
  next(): Wait<IteratorResult<T, undefined>> {
    this.#checkOpen("get from");
    return this.#next;
  }

  [Symbol.asyncIterator](): AsyncIterator<Unawaited<T>> {
    // A loop that is left early leaves the queue open to others.
    return { next: () => this.next() as unknown as Promise<IteratorResult<Unawaited<T>>> };
  }

  #checkOpen(what: string): void {
    if (!this.#isClosed) return;
    throw new ProcessError(`Cannot ${what} the queue: this process has closed it`);
  }
}
