import { checkFunction } from "../../fiber/body.ts";
import { inheritedContext } from "../../fiber/context.ts";
import type { Fiber } from "../../fiber/fiber.ts";
import type { Source } from "../../fiber/items.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../../fiber/limits.ts";
import { originOf } from "../../fiber/origin.ts";
import { spawner } from "../../fiber/spawn.ts";
import { script, type Wait } from "../../fiber/wait.ts";
import type { Order } from "../../sync/imap-readers.ts";
import { ResultGet } from "../../sync/outcome.ts";
import type { Listed, Runnable, ValueOf } from "../../sync/task-types.ts";
import { Zip } from "../../sync/zip.ts";
import { ProcessError } from "../process-error.ts";
import { AsyncResult } from "./async-result.ts";
import { Foreman } from "./foreman.ts";
import { Imap, type PoolResults } from "./imap.ts";
import { type PoolOptions, Settings } from "./settings.ts";
import { spawnRemote } from "./spawn-remote.ts";
import { type CheckedCall, checkedCall, submitCall, submitMap } from "./submit.ts";
import type { CallbackOptions, ImapOptions, MapOptions, TaskOptions } from "./task-options.ts";
import { usingPool } from "./use-pool.ts";
import { SPREAD } from "./wire.ts";

/** One that nobody can use any more takes no more work; idle it would live as long as the program. */
const forgotten: FinalizationRegistry<Foreman> = /* @__PURE__ */ new FinalizationRegistry(
  (foreman) => foreman.close(),
);

/**
 * Worker processes that run functions, each with its own memory and its own core.
 * All start when the pool is made; one that dies or is used up is replaced.
 *
 * A function goes to them as the target of a Process does: exported, or using
 * nothing from around it, or named by `task` or `register`. It is of any kind: a
 * generator runs as a fiber there. Arguments and results are copied, arguments as
 * they are at the call (`UnsendableError` says what can't go). Errors come back
 * with their class, data and stack, and with where they were thrown as `cause`.
 *
 * `apply`, `map` and `starmap` submit at once; what they give is the wait for the
 * result, the same whenever it is run. The program waits for the work of its pools
 * but not for idle ones, and its workers never outlive it. They may have pools of
 * their own. Should a worker die, the task that it was at fails with `WorkerDied`.
 *
 * multiprocessing: `multiprocessing.Pool`, whose `with` ends as `terminate` does, too.
 *
 * @example
 * ```ts
 * import { Pool } from "fibril/process";
 *
 * async function main() {
 *   const pool = new Pool(2);
 *   console.log(await pool.map((n: number) => n * n, [1, 2, 3])); // -> [ 1, 4, 9 ]
 *   console.log(await pool.apply((a: number, b: number) => a + b, [3, 4])); // -> 7
 *   pool.close();
 *   await pool.join();
 * }
 * void main();
 * ```
 */
export class Pool {
  readonly #foreman: Foreman;

  /**
   * Starts the workers: so many, as many as there are cores if nothing is said.
   *
   * @throws TypeError or RangeError for bad options, ProcessError where no process may be started.
   */
  constructor(options?: PoolOptions | number) {
    this.#foreman = new Foreman(Settings.ofPool(options, Pool as never));
    forgotten.register(this, this.#foreman);
  }

  /**
   * Runs `body` with a new pool: when it ends all work is done and the workers have
   * left, if it fails they are terminated.
   *
   * @example
   * ```ts
   * import { Pool } from "fibril/process";
   *
   * async function main() {
   *   const words = await Pool.use(2, (pool) =>
   *     pool.map((word: string) => word.toUpperCase(), ["one", "two"]),
   *   );
   *   console.log(words.join(" ")); // -> ONE TWO
   * }
   * void main();
   * ```
   */
  static use<M>(
    options: PoolOptions | number | undefined,
    body: ((pool: Pool) => M) & Runnable<M>,
  ): Wait<ValueOf<M>, unknown> {
    checkFunction(body, "use");
    const settings = Settings.ofPool(options, Pool.use);
    const make = () => new Pool(settings as PoolOptions);
    return script(usingPool<Pool>, make, body as (pool: Pool) => unknown) as never;
  }

  // --- Work

  /** Submits `fn(...args)`; the Wait gives its value or throws its error. */
  apply<Args extends unknown[], M>(
    fn: ((...args: Args) => M) & Runnable<M>,
    ...[args, options]: Listed<Args, [options?: TaskOptions]>
  ): Wait<ValueOf<M>, unknown> {
    const caller = { name: "apply", method: this.apply, options: "apply" } as const;
    return new ResultGet(submitCall(this.#foreman, fn, args, options, caller)) as never;
  }

  /** As `apply`, for an AsyncResult and with callbacks. */
  applyAsync<Args extends unknown[], M>(
    fn: ((...args: Args) => M) & Runnable<M>,
    ...[args, options]: Listed<Args, [options?: TaskOptions & CallbackOptions<ValueOf<M>>]>
  ): AsyncResult<ValueOf<M>> {
    const caller = { name: "applyAsync", method: this.applyAsync, options: "applyAsync" } as const;
    return new AsyncResult(submitCall(this.#foreman, fn, args, options, caller)) as never;
  }

  /**
   * Submits `fn(item)` for each item; the Wait gives the values in the order of the
   * items. Workers are given several at a time. One that fails ends its chunk; when
   * all others are done the first error to come is thrown.
   */
  map<T, M>(
    fn: ((item: NoInfer<T>) => M) & Runnable<M>,
    items: Source<T>,
    options?: MapOptions,
  ): Wait<ValueOf<M>[], unknown> {
    const caller = { name: "map", method: this.map, options: "map", how: 0 } as const;
    return new ResultGet(submitMap(this.#foreman, fn, items, options, caller)) as never;
  }

  /** As `map`, for an AsyncResult and with callbacks. */
  mapAsync<T, M>(
    fn: ((item: NoInfer<T>) => M) & Runnable<M>,
    items: Source<T>,
    options?: MapOptions & CallbackOptions<ValueOf<M>[]>,
  ): AsyncResult<ValueOf<M>[]> {
    const caller = {
      name: "mapAsync",
      method: this.mapAsync,
      options: "mapAsync",
      how: 0,
    } as const;
    return new AsyncResult(submitMap(this.#foreman, fn, items, options, caller)) as never;
  }

  /** As `map`, where each item is the list of the arguments of one call. */
  starmap<Args extends unknown[], M>(
    fn: ((...args: Args) => M) & Runnable<M>,
    argLists: Source<Readonly<NoInfer<Args>>>,
    options?: MapOptions,
  ): Wait<ValueOf<M>[], unknown> {
    const { starmap: method } = this;
    const caller = { name: "starmap", method, options: "map", how: SPREAD } as const;
    return new ResultGet(submitMap(this.#foreman, fn, argLists, options, caller)) as never;
  }

  /** As `starmap`, for an AsyncResult and with callbacks. */
  starmapAsync<Args extends unknown[], M>(
    fn: ((...args: Args) => M) & Runnable<M>,
    argLists: Source<Readonly<NoInfer<Args>>>,
    options?: MapOptions & CallbackOptions<ValueOf<M>[]>,
  ): AsyncResult<ValueOf<M>[]> {
    const { starmapAsync: method } = this;
    const caller = { name: "starmapAsync", method, options: "mapAsync", how: SPREAD } as const;
    return new AsyncResult(submitMap(this.#foreman, fn, argLists, options, caller)) as never;
  }

  /**
   * Runs `fn` on each item of a source that may have no end, and gives the results
   * one by one in the order of the items. It begins at once and goes at most
   * `maxsize` items ahead of its reader. What failed is thrown at its place, and
   * `next` goes on behind it; what the source throws comes last.
   *
   * @example
   * ```ts
   * import { Pool } from "fibril/process";
   *
   * function* naturals() {
   *   for (let n = 0; ; n++) yield n;
   * }
   * async function main() {
   *   const pool = new Pool(2);
   *   for await (const square of pool.imap((n: number) => n * n, naturals())) {
   *     if (square > 10) break;
   *     console.log(square);
   *   }
   *   // -> 0
   *   // -> 1
   *   // -> 4
   *   // -> 9
   *   pool.terminate();
   * }
   * void main();
   * ```
   */
  imap<T, M>(
    fn: ((item: NoInfer<T>) => M) & Runnable<M>,
    items: Source<T>,
    options?: ImapOptions,
  ): PoolResults<ValueOf<M>> {
    const { imap: method } = this;
    // Here, since Bun leaves out the frame of a tail call, above which the module of `fn` is found.
    const call = checkedCall(this.#foreman, fn, options, { name: "imap", method, options: "imap" });
    return this.#imap(call, items, { fn, method, order: "items" });
  }

  /** As `imap`, in the order in which the results come. */
  imapUnordered<T, M>(
    fn: ((item: NoInfer<T>) => M) & Runnable<M>,
    items: Source<T>,
    options?: ImapOptions,
  ): PoolResults<ValueOf<M>> {
    const { imapUnordered: method } = this;
    const caller = { name: "imapUnordered", method, options: "imap" } as const;
    const call = checkedCall(this.#foreman, fn, options, caller);
    return this.#imap(call, items, { fn, method, order: "completion" });
  }

  #imap(
    { callee, options }: CheckedCall,
    source: Source<unknown>,
    how: { fn: unknown; method: (...args: never[]) => unknown; order: Order },
  ): PoolResults<never> {
    const origin = originOf(how.fn, how.method, inheritedContext(), spawner());
    const { order } = how;
    const zip = new Zip([source]);
    const imap = new Imap(this.#foreman, callee, { order, isSpread: false, origin }, zip, options);
    return imap as PoolResults<unknown> as never;
  }

  /**
   * Runs `fn(...args)` in a worker as a fiber there, and gives a fiber here that
   * stands for it: `joinAll`, `link`, `get` take it like any other, and its kill is
   * thrown into the one there, whose `finally` blocks run.
   *
   * @example
   * ```ts
   * import { joinAll, sleep, spawn } from "fibril";
   * import { Pool } from "fibril/process";
   *
   * async function main() {
   *   const pool = new Pool(1);
   *   const there = pool.spawn((n: number) => n * 2, 21);
   *   const here = spawn(function* () {
   *     yield* sleep(1);
   *     return "here";
   *   });
   *   console.log(await joinAll([there, here])); // -> [ 42, 'here' ]
   *   pool.terminate();
   * }
   * void main();
   * ```
   */
  spawn<Args extends unknown[], M>(
    fn: ((...args: Args) => M) & Runnable<M>,
    ...args: Args
  ): Fiber<ValueOf<M>, unknown> {
    const { spawn: method } = this;
    const caller = { name: "spawn", method, options: "apply" } as const;
    const { callee } = checkedCall(this.#foreman, fn, undefined, caller);
    const origin = originOf(fn, method, inheritedContext(), spawner());
    return spawnRemote(this.#foreman, callee, args, origin) as never;
  }

  // --- The end

  /** From now on it takes no more work; when all is done the workers leave. */
  close(): void {
    this.#foreman.close();
  }

  /** Ends the workers at once. What is not done fails with a ProcessError. */
  terminate(): void {
    this.#foreman.terminate();
  }

  /**
   * Waits until all work is done and the workers have ended, at most for `timeout`.
   * Meanwhile an `imap` goes on to its end, though nobody reads it.
   *
   * @throws ProcessError unless the pool was closed or terminated before.
   */
  join(options?: WaitOptions): Wait<void> {
    checkOptions(options, "join a pool");
    if (this.#foreman.state === "open") {
      throw new ProcessError("Pool is still running: close or terminate it, then join");
    }
    this.#foreman.lift();
    const over = this.#foreman.over as Wait<void>;
    return isLimited(options) ? limited(over, options, { value: undefined }) : over;
  }

  /** Terminates it and waits for the end of its workers: for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.terminate();
    await this.join();
  }
}
