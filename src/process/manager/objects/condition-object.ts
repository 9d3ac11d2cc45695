import type { WaitOptions } from "../../../fiber/limits.ts";
import { uninterruptible } from "../../../fiber/uninterruptible.ts";
import type { Yieldable } from "../../../fiber/wait.ts";
import { Event } from "../../../sync/event.ts";
import type { AcquireOptions } from "../../../sync/lockable.ts";
import { type Caller, caller, isSame } from "../server/caller.ts";
import { Entry } from "../server/entry.ts";
import { LockObject } from "./lock-object.ts";

type Steps<A> = Generator<Yieldable, A, never>;

/** What a Condition of a manager is in its server. */
export class ConditionObject {
  readonly #lock: LockObject;
  /** Those who wait for a notify, first come first served. */
  readonly #waiting: Set<Event> = new Set();
  /** Those who were woken, or wait no more, and have not got the lock again. */
  readonly #returning: Set<{ readonly who: Caller; readonly over: Event }> = new Set();

  /** @param lock a proxy's referent; without one it makes an RLock of its own. */
  constructor(lock?: unknown) {
    const object = lock instanceof Entry ? lock.object : lock;
    if (object !== undefined && !(object instanceof LockObject)) {
      throw new TypeError(
        "Cannot make a Condition on this: pass a Lock or an RLock of the manager",
      );
    }
    this.#lock = object ?? new LockObject(true);
  }

  acquire(options?: AcquireOptions): unknown {
    return this.#lock.acquire(options);
  }

  release(): void {
    this.#lock.release();
  }

  wait(options?: WaitOptions): Steps<boolean> {
    const who = caller();
    this.#refuseOthers(who, "wait on");
    return this.#wait(who, options);
  }

  /** For one whose wait was cut short: it goes on when it has the lock again. */
  settled(): Steps<void> {
    return this.#settled(caller());
  }

  notify(count = 1): void {
    this.#refuseOthers(caller(), "notify");
    this.#wake(count);
  }

  notifyAll(): void {
    this.notify(Number.POSITIVE_INFINITY);
  }

  #wake(count: number): void {
    let left = count;
    for (const turn of this.#waiting) {
      if (left-- <= 0) return;
      this.#waiting.delete(turn);
      turn.set();
    }
  }

  *#wait(who: Caller, options: WaitOptions | undefined): Steps<boolean> {
    const turn = new Event();
    const returning = { who, over: new Event() };
    this.#waiting.add(turn);
    this.#returning.add(returning);
    const levels = this.#lock.releaseAll();
    try {
      yield* turn.wait(options);
    } catch (struck) {
      // It won't look at what has changed: the next one has to.
      if (!this.#waiting.delete(turn)) this.#wake(1);
      throw struck;
    } finally {
      yield* uninterruptible(() => this.#lock.reacquire(who, levels));
      this.#returning.delete(returning);
      returning.over.set();
    }
    return !this.#waiting.delete(turn);
  }

  *#settled(who: Caller): Steps<void> {
    for (const each of this.#returning) if (isSame(each.who, who)) yield* each.over.wait();
  }

  #refuseOthers(who: Caller, what: string): void {
    if (this.#lock.isOwnedBy(who)) return;
    throw new Error(`Cannot ${what} a condition that is not acquired: acquire it before`);
  }
}
