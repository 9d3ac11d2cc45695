import { checkFunction } from "../../fiber/body.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../../fiber/limits.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import { Links, type RawLink } from "../../sync/links.ts";
import { ResultGet } from "../../sync/outcome.ts";
import type { Delivery } from "./async-result.ts";
import { CancelledError } from "./cancelled-error.ts";
import type { Foreman } from "./foreman.ts";
import type { Task } from "./task.ts";
import { tell } from "./tell.ts";

/** What a Future stands for. */
export interface Promised<A> {
  readonly delivery: Delivery<A>;
  readonly task: Task;
  readonly foreman: Foreman;
}

/**
 * The result of a function that was submitted to a ProcessPoolExecutor. `iwait` and
 * `wait` of fibril take it: what `as_completed` is in Python.
 *
 * concurrent.futures: `concurrent.futures.Future`.
 *
 * @example
 * ```ts
 * import { type Future, ProcessPoolExecutor } from "fibril/process";
 *
 * async function main() {
 *   const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
 *   const future: Future<number> = executor.submit((n: number) => n + 1, 41);
 *   future.addDoneCallback((done) => console.log("done", done.done())); // -> done true
 *   console.log(await future.result()); // -> 42
 *   await executor.shutdown();
 * }
 * void main();
 * ```
 */
export class Future<A = unknown> {
  readonly #delivery: Delivery<A>;
  readonly #task: Task;
  readonly #foreman: Foreman;
  #links: Links<this> | undefined;
  #isCancelled = false;

  /** Executors make them. */
  constructor({ delivery, task, foreman }: Promised<A>) {
    this.#foreman = foreman;
    this.#delivery = delivery;
    this.#task = task;
  }

  /** Waits for the value, or throws the error of the task, a CancelledError if it never began; past `timeout` a Timeout. */
  result(options?: WaitOptions): Wait<A, unknown> {
    checkOptions(options, "wait for the result");
    const get = new ResultGet<A, unknown>(this.#delivery);
    return isLimited(options) ? limited(get, options) : get;
  }

  /** As `result`, but gives the error, `undefined` for a value; throws only the CancelledError and the Timeout. */
  exception(options?: WaitOptions): Wait<unknown, unknown> {
    return script(exceptionOf, this.result(options), this as Future);
  }

  /** Sees to it that it never begins: false if it has begun or is done. */
  cancel(): boolean {
    if (this.#isCancelled) return true;
    if (this.done()) return false;
    // Already when its callbacks are called.
    this.#isCancelled = true;
    const error = new CancelledError("The future was cancelled before it began");
    this.#isCancelled = this.#foreman.cancel(this.#task, error);
    return this.#isCancelled;
  }

  /** Whether it was cancelled. */
  cancelled(): boolean {
    return this.#isCancelled;
  }

  /** Whether a worker is at it. */
  running(): boolean {
    return this.#task.worker?.hasBegun(this.#task) === true && !this.done();
  }

  /** Whether it has a value or an error, or was cancelled. */
  done(): boolean {
    return this.#delivery.settled;
  }

  /** Calls `callback(future)` when it is done, also if it is: in a fiber of its own, so that it may wait. */
  addDoneCallback(callback: (future: this) => unknown): void {
    checkFunction(callback, "call back");
    this.rawLink(() => tell(callback, this));
  }

  /** Calls `callback(future)` when it is done, in the run loop itself: it must neither wait nor throw. */
  rawLink(callback: RawLink<this>): void {
    this.#links ??= new Links(this);
    this.#delivery.audience.join(this.#links.add(callback));
    if (this.#delivery.settled) this.#delivery.audience.tell();
  }

  /** Takes a `rawLink` back. */
  unlink(callback: unknown): void {
    this.#links?.remove(callback);
  }
}

function* exceptionOf(
  result: Wait<unknown, unknown>,
  future: Future,
): Generator<Yieldable, unknown, never> {
  try {
    yield* result;
    return undefined;
  } catch (error) {
    // Of the wait itself: a timeout, a kill.
    if (!future.done() || future.cancelled()) throw error;
    return error;
  }
}
