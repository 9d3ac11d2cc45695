import type { LockOptions } from "./gate.ts";
import { OwnedLock } from "./owned-lock.ts";

/**
 * Held by one at a time. Any fiber may release it; it remembers who acquired it
 * for reports only. A fiber that acquires it twice waits for itself: use an RLock
 * for that. Nothing releases it when its holder dies: use `use`, or `hold`.
 *
 * Fibers that wait for each other's locks in a circle get a LoopExit at the
 * acquire that closes it.
 *
 * gevent: `gevent.lock.BoundedSemaphore(1)`; threading: `threading.Lock`.
 *
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { Lock } from "fibril/sync";
 *
 * const account = { balance: 0 };
 * const lock = new Lock();
 * function* deposit(amount: number) {
 *   yield* lock.acquire();
 *   try {
 *     const { balance } = account;
 *     yield* sleep(1);
 *     account.balance = balance + amount;
 *   } finally {
 *     lock.release();
 *   }
 * }
 * async function main() {
 *   spawn(deposit, 1);
 *   await spawn(deposit, 2);
 *   console.log(account.balance); // -> 3
 * }
 * void main();
 * ```
 */
export class Lock extends OwnedLock {
  constructor(options?: LockOptions) {
    super("lock", options);
  }

  /** Lets the next one in. Throws if nobody holds it. */
  release(): void {
    const { mutex } = this;
    if (mutex.owner === undefined) {
      throw new Error("Cannot release unlocked lock: acquire it before, and release it once");
    }
    if (!mutex.isHeldHere()) mutex.isSignal = true;
    mutex.leave();
  }
}
