import { Semaphore } from "./semaphore.ts";

/**
 * A Semaphore that never blocks, as `new Semaphore(Infinity)`: for code that is
 * given one where nothing has to be limited.
 *
 * gevent: `gevent.lock.DummySemaphore`.
 *
 * @example
 * ```ts
 * import { DummySemaphore } from "fibril/sync";
 *
 * const unlimited = new DummySemaphore();
 * console.log(unlimited.tryAcquire(), unlimited.tryAcquire()); // -> true true
 * console.log(unlimited.locked()); // -> false
 * ```
 */
export class DummySemaphore extends Semaphore {
  constructor() {
    super(Number.POSITIVE_INFINITY);
  }
}
