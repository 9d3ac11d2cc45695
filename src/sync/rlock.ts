import type { LockOptions } from "./gate.ts";
import { nameOf } from "./lock-owner.ts";
import { OwnedLock } from "./owned-lock.ts";

/**
 * A lock that its holder may acquire again: it is free when it was released as
 * often. The holder is a fiber, with what its async body awaits and the Effects
 * that it yields, or an Effect's fiber; the main program outside of all of them is
 * one holder.
 *
 * gevent: `gevent.lock.RLock`; threading: `threading.RLock`.
 *
 * @example
 * ```ts
 * import { spawn, type Yieldable } from "fibril";
 * import { RLock } from "fibril/sync";
 *
 * const lock = new RLock();
 * function* factorial(n: number): Generator<Yieldable, number, unknown> {
 *   return yield* lock.use(function* () {
 *     return n === 0 ? 1 : n * (yield* factorial(n - 1));
 *   });
 * }
 * spawn(factorial, 5).then(console.log); // -> 120
 * ```
 */
export class RLock extends OwnedLock {
  constructor(options?: LockOptions) {
    super("rlock", options);
  }

  /** Undoes one acquire, the last one lets the next fiber in. Throws if the running fiber does not hold it. */
  release(): void {
    const { mutex } = this;
    const { owner } = mutex;
    if (owner === undefined) {
      throw new Error("Cannot release un-acquired lock: acquire the RLock before");
    }
    if (!mutex.isHeldHere()) {
      throw new Error(
        `Cannot release un-acquired lock: the RLock is held by "${nameOf(owner)}", which alone can release it`,
      );
    }
    mutex.leave();
  }
}
