import { show } from "../../../fiber/body.ts";
import type { WaitOptions } from "../../../fiber/limits.ts";
import { spawn } from "../../../fiber/spawn.ts";
import { script, type Wait, type Yieldable } from "../../../fiber/wait.ts";
import type { Listed, Runnable, ValueOf } from "../../../sync/task-types.ts";
import type { AnyFunction } from "../../naming/function-ref.ts";
import {
  type CallbackOptions,
  checkedOptions,
  type ImapOptions,
  type MapOptions,
  optionsOf,
  type TaskOptions,
} from "../../pool/task-options.ts";
import { tell } from "../../pool/tell.ts";
import { call, Proxied } from "../proxied.ts";
import { remoteOptions } from "../remote-options.ts";
import { type Naming, naming, withName } from "../with-name.ts";
import type { AsyncResultProxy } from "./async-result-proxy.ts";
import type { IteratorProxy } from "./iterator-proxy.ts";

/** How a function is mapped by a pool that is elsewhere: nobody is told of its progress. */
type RemoteMapOptions = Omit<MapOptions, "onProgress">;

/**
 * A Pool in a manager's server, for all processes that have its proxy: they share
 * its workers. Functions and values go as to a Pool; what is to be mapped is sent
 * whole. It ends with its manager, or when nobody has it any more.
 *
 * multiprocessing: `Pool` of a manager, `PoolProxy`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { Manager } from "fibril/process";
 *
 * spawn(function* () {
 *   const manager = yield* Manager();
 *   const pool = yield* manager.Pool(2);
 *   console.log(yield* pool.map((n: number) => n * n, [1, 2, 3])); // -> [ 1, 4, 9 ]
 *   yield* pool.close();
 *   yield* pool.join();
 *   yield* manager.shutdown();
 * });
 * ```
 */
export class PoolProxy extends Proxied {
  /** Runs `fn(...args)` in a worker; the Wait gives its value or throws its error. */
  apply<Args extends unknown[], M>(
    fn: ((...args: Args) => M) & Runnable<M>,
    ...[args, options]: Listed<Args, [options?: TaskOptions]>
  ): Wait<ValueOf<M>, unknown> {
    return this.#submit("apply", naming(fn, this.apply), fn, args ?? [], options);
  }

  /** As `apply`, for a result that comes later. Its callbacks are called in this process. */
  applyAsync<Args extends unknown[], M>(
    fn: ((...args: Args) => M) & Runnable<M>,
    ...[args, options]: Listed<Args, [options?: TaskOptions & CallbackOptions<ValueOf<M>>]>
  ): Wait<AsyncResultProxy<ValueOf<M>>, unknown> {
    return following(
      this.#submit("applyAsync", naming(fn, this.applyAsync), fn, args ?? [], options),
      options,
    );
  }

  /** Runs `fn(item)` for each item; the Wait gives the values in the order of the items. */
  map<T, M>(
    fn: ((item: NoInfer<T>) => M) & Runnable<M>,
    items: Iterable<T>,
    options?: RemoteMapOptions,
  ): Wait<ValueOf<M>[], unknown> {
    return this.#submit("map", naming(fn, this.map), fn, items, options);
  }

  /** As `map`, for a result that comes later. */
  mapAsync<T, M>(
    fn: ((item: NoInfer<T>) => M) & Runnable<M>,
    items: Iterable<T>,
    options?: RemoteMapOptions & CallbackOptions<ValueOf<M>[]>,
  ): Wait<AsyncResultProxy<ValueOf<M>[]>, unknown> {
    return following(
      this.#submit("mapAsync", naming(fn, this.mapAsync), fn, items, options),
      options,
    );
  }

  /** As `map`, where each item is the list of the arguments of one call. */
  starmap<Args extends unknown[], M>(
    fn: ((...args: Args) => M) & Runnable<M>,
    argLists: Iterable<Readonly<NoInfer<Args>>>,
    options?: RemoteMapOptions,
  ): Wait<ValueOf<M>[], unknown> {
    return this.#submit("starmap", naming(fn, this.starmap), fn, argLists, options);
  }

  /** As `starmap`, for a result that comes later. */
  starmapAsync<Args extends unknown[], M>(
    fn: ((...args: Args) => M) & Runnable<M>,
    argLists: Iterable<Readonly<NoInfer<Args>>>,
    options?: RemoteMapOptions & CallbackOptions<ValueOf<M>[]>,
  ): Wait<AsyncResultProxy<ValueOf<M>[]>, unknown> {
    return following(
      this.#submit("starmapAsync", naming(fn, this.starmapAsync), fn, argLists, options),
      options,
    );
  }

  /** As `map`, for the results one by one, as they are ready. */
  imap<T, M>(
    fn: ((item: NoInfer<T>) => M) & Runnable<M>,
    items: Iterable<T>,
    options?: ImapOptions,
  ): Wait<IteratorProxy<ValueOf<M>>, unknown> {
    return this.#submit("imap", naming(fn, this.imap), fn, items, options);
  }

  /** As `imap`, in the order in which the results come. */
  imapUnordered<T, M>(
    fn: ((item: NoInfer<T>) => M) & Runnable<M>,
    items: Iterable<T>,
    options?: ImapOptions,
  ): Wait<IteratorProxy<ValueOf<M>>, unknown> {
    return this.#submit("imapUnordered", naming(fn, this.imapUnordered), fn, items, options);
  }

  /** From now on it takes no more work; when all is done the workers leave. */
  close(): Wait<void> {
    return call(this, "close", []);
  }

  /** Ends the workers at once. What is not done fails with a ProcessError. */
  terminate(): Wait<void> {
    return call(this, "terminate", []);
  }

  /** Waits until the workers have ended; throws ProcessError unless it was closed or terminated. */
  join(options?: WaitOptions): Wait<void, unknown> {
    return call(this, "join", [remoteOptions(options, "join a pool")], {
      signal: options?.signal,
    });
  }

  /** Terminates it, as Python's `with` does, and waits for the end of its workers. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate();
    await this.join();
  }

  #submit<A>(
    method: Method,
    ref: Naming,
    fn: AnyFunction,
    given: unknown,
    options: object = {},
  ): Wait<A, unknown> {
    checkedOptions(options, optionsIn[method], method);
    // Callbacks are called here.
    const { callback: _, errorCallback: __, ...others } = options as CallbackOptions<never>;
    const remote = remoteOptions(others, method);
    const list = listOf(given, method);
    const { name } = fn;
    return withName(ref, (ref) => call<A>(this, method, [{ ref, name }, list, remote]));
  }
}

const isRemote = (name: string): boolean => name !== "onProgress";
const MAP = optionsOf.map.filter(isRemote);
const MAP_ASYNC = optionsOf.mapAsync.filter(isRemote);

/** The options that the methods know. */
const optionsIn = {
  apply: optionsOf.apply,
  applyAsync: optionsOf.applyAsync,
  map: MAP,
  mapAsync: MAP_ASYNC,
  starmap: MAP,
  starmapAsync: MAP_ASYNC,
  imap: optionsOf.imap,
  imapUnordered: optionsOf.imap,
};

type Method = keyof typeof optionsIn;

/** What there is to do, as it is now. */
function listOf(items: unknown, caller: string): unknown[] {
  const { [Symbol.iterator]: iterate } = Object(items) as Partial<Iterable<unknown>>;
  if (typeof iterate === "function") return [...(items as Iterable<unknown>)];
  throw new TypeError(
    `Cannot ${caller} over ${show(items)} in a manager: pass an array or another iterable; a Pool of this process takes async ones, too`,
  );
}

/** The result, when its callbacks are seen to. */
function following<A>(
  result: Wait<AsyncResultProxy<A>, unknown>,
  { callback, errorCallback }: CallbackOptions<A> = {},
): Wait<AsyncResultProxy<A>, unknown> {
  if (callback === undefined && errorCallback === undefined) return result;
  return script(() => follow(result, callback, errorCallback)) as Wait<
    AsyncResultProxy<A>,
    unknown
  >;
}

function* follow<A>(
  wait: Wait<AsyncResultProxy<A>, unknown>,
  callback: CallbackOptions<A>["callback"],
  errorCallback: CallbackOptions<A>["errorCallback"],
): Generator<Yieldable, AsyncResultProxy<A>, never> {
  const result = yield* wait;
  spawn(function* () {
    try {
      tell(callback, yield* result.get());
    } catch (error) {
      tell(errorCallback, error);
    }
  });
  return result;
}
