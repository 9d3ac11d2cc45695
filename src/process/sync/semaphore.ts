import { commonHome } from "../family.ts";
import { handleOf, opened, openHandle, shareable } from "../handles.ts";
import { SemaphoreWord } from "../shm/semaphore-word.ts";
import { checkValue, OpenSemaphore, wordOf } from "./open-semaphore.ts";

/**
 * So many permits between processes: `acquire` takes one and waits while there is
 * none, `release` puts one back. Any process may put back what another one took, so
 * that none comes back by itself when a process ends.
 *
 * multiprocessing: `multiprocessing.Semaphore`.
 *
 * @example
 * ```ts
 * import { Process, Semaphore } from "fibril/process";
 *
 * export function* visit(room: Semaphore) {
 *   yield* room.acquire();
 *   console.log(room.value === 0 ? "full" : "room is left");
 *   room.release();
 * }
 * async function main() {
 *   const room = new Semaphore(1);
 *   const processes = [1, 2].map(() => new Process({ target: visit, args: [room] }));
 *   for (const process of processes) process.start();
 *   for (const process of processes) await process.join();
 *   console.log(room.value);
 *   // -> full
 *   // -> full
 *   // -> 1
 * }
 * if (import.meta.main) void main();
 * ```
 */
export class Semaphore extends OpenSemaphore {
  /** @throws RangeError for a value that is no integer from 0 to 2 ** 31 - 1. */
  constructor(value = 1) {
    checkValue(value);
    super(SemaphoreWord.create(commonHome(), value));
  }
}

shareable(
  Semaphore,
  "Semaphore",
  import.meta.url,
  (semaphore: Semaphore) => handleOf(wordOf(semaphore)),
  (handle) => opened(Semaphore, OpenSemaphore, openHandle(handle, SemaphoreWord.at)),
);
