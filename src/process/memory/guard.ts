import { show } from "../../fiber/body.ts";
import type { Wait } from "../../fiber/wait.ts";
import type { AcquireOptions, Lockable } from "../../sync/lockable.ts";
import type { Lock } from "../sync/lock.ts";
import { OwnedLock } from "../sync/owned-lock.ts";
import { RLock } from "../sync/rlock.ts";

/** How a shared value is guarded. */
export interface GuardOptions {
  /** The lock that `getLock` gives: a Lock or RLock; an RLock of its own if absent, none if false. */
  readonly lock?: Lock | RLock | boolean | undefined;
}

/** What a handle says of the lock. */
export let lockOf: (guarded: Guarded) => OwnedLock | undefined;

/** A value, with the lock by which several processes agree who changes it. */
export abstract class Guarded {
  readonly #lock: OwnedLock | undefined;

  static {
    lockOf = (guarded) => guarded.#lock;
  }

  constructor(lock: OwnedLock | undefined) {
    this.#lock = lock;
  }

  /** The lock by which processes agree on who changes it in several steps. @throws TypeError if it has none. */
  getLock(): Lock | RLock {
    if (this.#lock !== undefined) return this.#lock as Lock | RLock;
    throw new TypeError("Cannot get the lock: this was made without one");
  }

  /** Acquires its lock: `getLock().acquire(options)`. */
  acquire(options?: AcquireOptions): Wait<boolean> {
    return this.getLock().acquire(options);
  }

  /** Releases its lock: `getLock().release()`. */
  release(): void {
    this.getLock().release();
  }

  /** `value.use(body)` runs a body or a Wait while its lock is held: `getLock().use`. */
  get use(): Lockable["use"] {
    const lock = this.getLock();
    return lock.use.bind(lock);
  }
}

/** The lock that options ask for. */
export function lockFor(options: GuardOptions | undefined, what: string): OwnedLock | undefined {
  const lock: unknown = options?.lock ?? true;
  if (lock === true) return new RLock();
  if (lock === false) return undefined;
  if (lock instanceof OwnedLock) return lock;
  throw new TypeError(
    `Cannot make ${what} with ${show(lock)} as its lock: pass a Lock or an RLock of fibril/process, or false`,
  );
}
