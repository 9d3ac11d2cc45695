import { show } from "../../fiber/body.ts";
import { Lockable } from "../../sync/lockable.ts";
import { MOST_PERMITS, type SemaphoreWord } from "../shm/semaphore-word.ts";

/** The word of a semaphore, for handles. */
export let wordOf: (semaphore: OpenSemaphore) => SemaphoreWord;

/** All of a semaphore, whether it was made in this process or in another. */
export abstract class OpenSemaphore extends Lockable {
  readonly #word: SemaphoreWord;

  static {
    wordOf = (semaphore) => semaphore.#word;
  }

  constructor(word: SemaphoreWord) {
    super(word.acquire);
    this.#word = word;
  }

  /** How many permits are free. */
  get value(): number {
    return this.#word.value;
  }

  /** How many permits are free, by the name that it has in fibril/sync. */
  get counter(): number {
    return this.value;
  }

  /** As `value`. */
  getValue(): number {
    return this.value;
  }

  tryAcquire(): boolean {
    return this.#word.tryAcquire();
  }

  locked(): boolean {
    return this.value === 0;
  }

  /** Whether a permit is free. */
  ready(): boolean {
    return this.value > 0;
  }

  /** Puts `count` permits back. Throws a RangeError if there would be too many, and puts none back. */
  release(count = 1): void {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new RangeError(
        `Cannot release a Semaphore ${show(count)} times: pass an integer, one or more`,
      );
    }
    const word = this.#word;
    if (word.release(count)) return;
    throw new RangeError(
      `Semaphore released too many times: of its ${word.bound} permits ${word.value} are free, and ${count} more came back`,
    );
  }
}

export function checkValue(value: unknown): asserts value is number {
  if (typeof value !== "number") {
    throw new TypeError(`Cannot create a Semaphore with ${show(value)} permits: pass a number`);
  }
  if (Number.isSafeInteger(value) && value >= 0 && value <= MOST_PERMITS) return;
  throw new RangeError(
    `Cannot create a Semaphore with ${value} permits: pass an integer from 0 to ${MOST_PERMITS}`,
  );
}
