import type { WaitOptions } from "../../../fiber/limits.ts";
import type { Wait } from "../../../fiber/wait.ts";
import { call, Proxied } from "../proxied.ts";
import { remoteOptions } from "../remote-options.ts";

/**
 * A result that comes later, of a pool in a manager's server. Any process that has
 * it may wait for it.
 *
 * multiprocessing: `AsyncResult` of a manager.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { Manager } from "fibril/process";
 *
 * spawn(function* () {
 *   const manager = yield* Manager();
 *   const pool = yield* manager.Pool(1);
 *   const result = yield* pool.applyAsync((a: number, b: number) => a * b, [6, 7]);
 *   console.log(yield* result.get(), yield* result.ready()); // -> 42 true
 *   yield* manager.shutdown();
 * });
 * ```
 */
export class AsyncResultProxy<A = unknown> extends Proxied {
  /** Waits for the value, or throws the error of the task; past `timeout` a Timeout, and the task goes on. */
  get(options?: WaitOptions): Wait<A, unknown> {
    return call(this, "get", [remoteOptions(options, "get")], { signal: options?.signal });
  }

  /** Waits until there is a result, and gives the value if it is one; never throws its error. */
  wait(options?: WaitOptions): Wait<A | undefined> {
    return call(this, "wait", [remoteOptions(options, "wait")], { signal: options?.signal });
  }

  /** Whether there is a result. */
  ready(): Wait<boolean> {
    return call(this, "ready", []);
  }

  /** Whether the result is a value and no error; throws ProcessError if there is none yet. */
  successful(): Wait<boolean, unknown> {
    return call(this, "successful", []);
  }
}
