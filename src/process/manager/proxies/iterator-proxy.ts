import type { Unawaited } from "../../../fiber/iwait.ts";
import type { WaitOptions } from "../../../fiber/limits.ts";
import type { Wait } from "../../../fiber/wait.ts";
import { call, Proxied } from "../proxied.ts";
import { remoteOptions } from "../remote-options.ts";

/**
 * Results of a pool in a manager's server, one by one: `for await` it, or call
 * `next`. Several processes may read it, and each result comes to one of them.
 *
 * multiprocessing: `IteratorProxy`.
 *
 * @example
 * ```ts
 * import { Manager } from "fibril/process";
 *
 * async function main() {
 *   const manager = await Manager();
 *   const pool = await manager.Pool(1);
 *   for await (const n of await pool.imap((n: number) => n * n, [1, 2])) console.log(n);
 *   // -> 1
 *   // -> 4
 *   await manager.shutdown();
 * }
 * void main();
 * ```
 */
export class IteratorProxy<A = unknown> extends Proxied implements AsyncIterable<Unawaited<A>> {
  /** The next one; past `timeout` a Timeout, and it comes with a later `next`. */
  next(options?: WaitOptions): Wait<IteratorResult<A, undefined>, unknown> {
    return call(this, "next", [remoteOptions(options, "next")], {
      signal: options?.signal,
      undo: (step) => ["giveBack", step],
    });
  }

  /** Begins no more; what has begun runs on. */
  return(): Wait<IteratorResult<A, undefined>, unknown> {
    return call(this, "return", []);
  }

  [Symbol.asyncIterator](): AsyncIterator<Unawaited<A>> {
    return {
      next: () => this.next() as unknown as Promise<IteratorResult<Unawaited<A>, undefined>>,
      return: () => this.return() as unknown as Promise<IteratorResult<Unawaited<A>, undefined>>,
    };
  }
}
