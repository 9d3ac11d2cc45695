import type { LockOptions } from "./gate.ts";
import { Semaphore } from "./semaphore.ts";

/**
 * A Semaphore that never has more permits than at first: a release too many is
 * a bug, and an error here.
 *
 * gevent: `gevent.lock.BoundedSemaphore`; threading: `threading.BoundedSemaphore`.
 *
 * @example
 * ```ts
 * import { BoundedSemaphore } from "fibril/sync";
 *
 * const connections = new BoundedSemaphore(2);
 * try {
 *   connections.release();
 * } catch (error) {
 *   console.log((error as Error).name, connections.counter); // -> RangeError 2
 * }
 * ```
 */
export class BoundedSemaphore extends Semaphore {
  readonly #most: number;

  /** @throws RangeError for a value that is no integer >= 0. */
  constructor(value = 1, options?: LockOptions) {
    super(value, options);
    this.#most = value;
  }

  /** Puts `count` permits back. Throws a RangeError if there would be more than at first, and puts none back. */
  override release(count = 1): void {
    if (this.counter + count > this.#most) {
      throw new RangeError(
        `Semaphore released too many times: of its ${this.#most} permits ${this.counter} are free, and ${count} more came back`,
      );
    }
    super.release(count);
  }
}
