import { commonHome } from "../family.ts";
import { handleOf, opened, openHandle, shareable } from "../handles.ts";
import { SemaphoreWord } from "../shm/semaphore-word.ts";
import { checkValue, OpenSemaphore, wordOf } from "./open-semaphore.ts";

/**
 * A Semaphore between processes that never has more permits than at first: a release
 * too many is a bug, and a RangeError here.
 *
 * multiprocessing: `multiprocessing.BoundedSemaphore`.
 *
 * @example
 * ```ts
 * import { BoundedSemaphore } from "fibril/process";
 *
 * const connections = new BoundedSemaphore(2);
 * console.log(connections.tryAcquire(), connections.value); // -> true 1
 * connections.release();
 * try {
 *   connections.release();
 * } catch (error) {
 *   console.log((error as Error).name, connections.value); // -> RangeError 2
 * }
 * ```
 */
export class BoundedSemaphore extends OpenSemaphore {
  /** @throws RangeError for a value that is no integer from 0 to 2 ** 31 - 1. */
  constructor(value = 1) {
    checkValue(value);
    super(SemaphoreWord.create(commonHome(), value, value));
  }
}

shareable(
  BoundedSemaphore,
  "BoundedSemaphore",
  import.meta.url,
  (semaphore: BoundedSemaphore) => handleOf(wordOf(semaphore)),
  (handle) => opened(BoundedSemaphore, OpenSemaphore, openHandle(handle, SemaphoreWord.at)),
);
