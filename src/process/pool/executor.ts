import type { Input as DurationInput } from "effect/Duration";
import { checkFunction } from "../../fiber/body.ts";
import { inheritedContext } from "../../fiber/context.ts";
import { checkOptions } from "../../fiber/limits.ts";
import { originOf } from "../../fiber/origin.ts";
import { spawner } from "../../fiber/spawn.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import type { Results } from "../../sync/imap-results.ts";
import type { Mapper, Runnable, Sources, ValueOf } from "../../sync/task-types.ts";
import { splitOptions, Zip } from "../../sync/zip.ts";
import type { AnyFunction } from "../naming/function-ref.ts";
import { ProcessError } from "../process-error.ts";
import { ExecutorResults } from "./executor-results.ts";
import { Foreman } from "./foreman.ts";
import { Future } from "./future.ts";
import { Imap } from "./imap.ts";
import { checkedKeys, type PoolOptions, Settings } from "./settings.ts";
import { promiseCall } from "./submit.ts";
import { checkedOptions, optionsOf } from "./task-options.ts";

/** How a ProcessPoolExecutor is made. */
export interface ExecutorOptions
  extends Pick<PoolOptions, "initializer" | "initargs" | "maxTasksPerChild"> {
  /** How many processes; as many as there are cores if absent. */
  readonly maxWorkers?: number | undefined;
}

/** How an executor maps. */
export interface ExecutorMapOptions {
  /** For all results together, from the call on: past it a Timeout is thrown. */
  readonly timeout?: DurationInput | undefined;
  /** How many items a worker is given at a time; 1 if absent. */
  readonly chunksize?: number | undefined;
  /** At most so many items are begun and not yet read; 8 chunks a worker if absent. */
  readonly maxsize?: number | undefined;
}

/** How an executor is shut down. */
export interface ShutdownOptions {
  /** `false`: the Wait is over at once. */
  readonly wait?: boolean | undefined;
  /** Cancels what has not begun. */
  readonly cancelFutures?: boolean | undefined;
}

const OPTIONS = ["maxWorkers", "initializer", "initargs", "maxTasksPerChild"];

/**
 * A pool as concurrent.futures has it: `submit` gives a Future, and one worker's
 * death breaks all (BrokenProcessPool). Functions and values go as in a Pool.
 *
 * concurrent.futures: `concurrent.futures.ProcessPoolExecutor`.
 *
 * @example
 * ```ts
 * import { ProcessPoolExecutor } from "fibril/process";
 *
 * async function main() {
 *   const executor = new ProcessPoolExecutor({ maxWorkers: 2 });
 *   const future = executor.submit((a: number, b: number) => a ** b, 2, 10);
 *   console.log(await future.result()); // -> 1024
 *   for await (const sum of executor.map((a, b) => a + b, [1, 2], [10, 20])) console.log(sum);
 *   // -> 11
 *   // -> 22
 *   await executor.shutdown();
 * }
 * void main();
 * ```
 */
export class ProcessPoolExecutor {
  readonly #foreman: Foreman;
  /** Those that are not done. */
  readonly #futures: Set<Future> = new Set();

  /** @throws TypeError or RangeError for bad options, ProcessError where no process may be started. */
  constructor(options: ExecutorOptions = {}) {
    const what = "a ProcessPoolExecutor";
    const { maxWorkers, ...others } = checkedKeys<ExecutorOptions>(options, what, OPTIONS);
    const given = { ...others, processes: maxWorkers, strict: true };
    const settings = new Settings(given, what, ProcessPoolExecutor as never);
    this.#foreman = new Foreman(settings, "executor");
  }

  /**
   * Submits `fn(...args)`.
   *
   * @throws ProcessError after `shutdown`, BrokenProcessPool if a worker has died.
   */
  submit<Args extends unknown[], M>(
    fn: ((...args: Args) => M) & Runnable<M>,
    ...args: Args
  ): Future<ValueOf<M>> {
    this.#refuseUnlessUsable();
    const caller = { name: "submit", method: this.submit, options: "apply" } as const;
    const future = new Future(promiseCall(this.#foreman, fn, args, undefined, caller));
    this.#futures.add(future);
    future.rawLink((done) => this.#futures.delete(done));
    return future as never;
  }

  /**
   * Runs `fn` on the items of its sources, one of each, until the shortest ends,
   * and gives the results one by one in the order of the items. The first error
   * ends them.
   */
  map<Items extends unknown[], M>(
    fn: Mapper<Items, M>,
    ...sources: Sources<Items>
  ): Results<ValueOf<M>>;
  map<T, M>(
    fn: Mapper<[T], M>,
    source: Sources<[T]>[0],
    options: ExecutorMapOptions,
  ): Results<ValueOf<M>>;
  map<T, U, M>(
    fn: Mapper<[T, U], M>,
    one: Sources<[T]>[0],
    other: Sources<[U]>[0],
    options: ExecutorMapOptions,
  ): Results<ValueOf<M>>;
  map(fn: unknown, ...rest: unknown[]): Results<never> {
    const { sources, options } = splitOptions<ExecutorMapOptions>(rest);
    checkFunction(fn, "map");
    const { timeout, ...others } = options ?? {};
    const checked = checkedOptions(others, optionsOf.imap, "map");
    const zip = new Zip(sources);
    this.#refuseUnlessUsable();
    const callee = this.#foreman.callees.of(fn as AnyFunction, this.map);
    const origin = originOf(fn, this.map, inheritedContext(), spawner());
    const how = { order: "items", isSpread: true, origin } as const;
    const imap = new Imap(this.#foreman, callee, how, zip, checked);
    return new ExecutorResults(imap, timeout) as Results<unknown> as never;
  }

  /** From now on it takes no more; the Wait is for the end of all that was submitted, and of the workers. */
  shutdown(options: ShutdownOptions = {}): Wait<void> {
    checkOptions(options, "shut down");
    const { wait = true, cancelFutures = false } = options;
    if (cancelFutures) for (const future of [...this.#futures]) future.cancel();
    this.#foreman.close();
    if (!wait) return script(nothing);
    this.#foreman.lift();
    return this.#foreman.over as Wait<void>;
  }

  /** As `shutdown`: for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  #refuseUnlessUsable(): void {
    if (this.#foreman.state !== "open") {
      throw new ProcessError("Cannot schedule new futures after shutdown: make another executor");
    }
    if (this.#foreman.broken !== undefined) throw this.#foreman.broken.error;
  }
}

function* nothing(): Generator<Yieldable<never>, void, never> {
  // There is nobody to wait for.
}
