import { commonHome } from "../family.ts";
import { handleOf, opened, openHandle, shareable } from "../handles.ts";
import { LockWord } from "../shm/lock-word.ts";
import { OwnedLock, wordOf } from "./owned-lock.ts";

/** All of an RLock, whether it was made in this process or in another. */
abstract class OpenRLock extends OwnedLock {
  /** Undoes one acquire, the last one lets the next one in. Throws if the running fiber does not hold it. */
  release(): void {
    const word = wordOf(this);
    if (word.isHeldHere()) {
      word.release();
      return;
    }
    const why = word.locked()
      ? `the RLock is ${word.describeHolder()}, which alone can release it`
      : "acquire the RLock before";
    throw new Error(`Cannot release un-acquired lock: ${why}`);
  }
}

/**
 * A lock between processes that its holder may acquire again: it is free when it was
 * released as often. The holder is a fiber of one process, with what its async body
 * awaits and the Effects that it yields. If its process ends the next one gets it,
 * and sees that by `abandoned`.
 *
 * multiprocessing: `multiprocessing.RLock`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { RLock } from "fibril/process";
 *
 * const lock = new RLock();
 * spawn(function* () {
 *   yield* lock.acquire();
 *   console.log(yield* lock.acquire(), lock.owned()); // -> true true
 *   lock.release();
 *   console.log(lock.locked()); // -> true
 *   lock.release();
 *   console.log(lock.locked()); // -> false
 * });
 * ```
 */
export class RLock extends OpenRLock {
  constructor() {
    super(LockWord.create(commonHome(), "rlock"));
  }
}

shareable(
  RLock,
  "RLock",
  import.meta.url,
  (lock: RLock) => handleOf(wordOf(lock)),
  (handle) =>
    opened(
      RLock,
      OpenRLock,
      openHandle(handle, (member, cell) => LockWord.at(member, cell, "rlock")),
    ),
);
