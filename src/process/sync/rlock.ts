import { home } from "../family.ts";
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
 */
export class RLock extends OpenRLock {
  constructor() {
    super(LockWord.create(home(), "rlock"));
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
