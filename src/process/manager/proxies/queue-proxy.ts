import type { WaitOptions } from "../../../fiber/limits.ts";
import type { Wait } from "../../../fiber/wait.ts";
import type { ShutdownOptions } from "../../../sync/queue.ts";
import type { QueueWaitOptions } from "../../../sync/queue-waits.ts";
import { call, Proxied } from "../proxied.ts";
import { remoteOptions } from "../remote-options.ts";

/**
 * A queue in a manager's server, for any number of processes, also on other
 * machines. Whoever waits in it parks its fiber only; an item whose getter is
 * killed meanwhile is not lost. For processes of one program `Queue` is faster.
 *
 * multiprocessing: `Queue` and `JoinableQueue` of a manager.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { Empty, Manager } from "fibril/process";
 *
 * spawn(function* () {
 *   const manager = yield* Manager();
 *   const queue = yield* manager.Queue<string>(5);
 *   yield* queue.put("hello");
 *   console.log(yield* queue.get(), yield* queue.empty()); // -> hello true
 *   try {
 *     yield* queue.get({ timeout: 10 });
 *   } catch (error) {
 *     console.log(error instanceof Empty); // -> true
 *   }
 *   yield* manager.shutdown();
 * });
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: as for a queue of this process without a type
export class QueueProxy<T = any> extends Proxied {
  /** Waits for room. Throws Full past the `timeout`, and ShutDown. */
  put(item: T, options?: QueueWaitOptions): Wait<void> {
    return call(this, "put", [item, remoteOptions(options, "put")], { signal: options?.signal });
  }

  /** Waits for the next item. Throws Empty past the `timeout`, and ShutDown. */
  get(options?: QueueWaitOptions): Wait<T> {
    return call(this, "get", [remoteOptions(options, "get")], {
      signal: options?.signal,
      undo: (item) => ["giveBack", item],
    });
  }

  /** As `get`, but leaves the item where it is. */
  peek(options?: QueueWaitOptions): Wait<T> {
    return call(this, "peek", [remoteOptions(options, "peek")], { signal: options?.signal });
  }

  /** Throws Full at once if there is no room. */
  putNowait(item: T): Wait<void> {
    return call(this, "putNowait", [item]);
  }

  /** Throws Empty at once if there is no item. */
  getNowait(): Wait<T> {
    return call(this, "getNowait", [], { undo: (item) => ["giveBack", item] });
  }

  qsize(): Wait<number> {
    return call(this, "qsize", []);
  }

  empty(): Wait<boolean> {
    return call(this, "empty", []);
  }

  full(): Wait<boolean> {
    return call(this, "full", []);
  }

  /** Reports that one item that was got is done with. */
  taskDone(): Wait<void> {
    return call(this, "taskDone", []);
  }

  /** Waits until every task is done, and gives true; false if the `timeout` came first. */
  join(options?: WaitOptions): Wait<boolean> {
    return call(this, "join", [remoteOptions(options, "join")], { signal: options?.signal });
  }

  /** Ends it for everybody: see the `Queue` of `fibril/queue`. */
  shutdown(options?: ShutdownOptions): Wait<void> {
    return call(this, "shutdown", [options]);
  }
}
