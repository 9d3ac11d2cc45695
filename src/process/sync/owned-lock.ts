import { Lockable } from "../../sync/lockable.ts";
import type { LockWord } from "../shm/lock-word.ts";

/** The word of a lock, for conditions and handles. */
export let wordOf: (lock: OwnedLock) => LockWord;

/** A lock between processes that knows who holds it: what a Condition can be made on. */
export abstract class OwnedLock extends Lockable {
  readonly #word: LockWord;

  static {
    wordOf = (lock) => lock.#word;
  }

  constructor(word: LockWord) {
    super(word.acquire);
    this.#word = word;
  }

  tryAcquire(): boolean {
    return this.#word.tryAcquire();
  }

  locked(): boolean {
    return this.#word.locked();
  }

  /** Whether the fiber that runs now holds it. */
  owned(): boolean {
    return this.#word.isHeldHere();
  }

  /**
   * While it is held here: whether the process that held it before ended without a
   * release, so that what it guards may be half done.
   */
  get abandoned(): boolean {
    return this.#word.abandoned;
  }
}
