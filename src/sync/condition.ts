import { show } from "../fiber/body.ts";
import type { FiberCore } from "../fiber/core.ts";
import type { Step } from "../fiber/fiber-state.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import { uninterruptible } from "../fiber/uninterruptible.ts";
import { Op, type Wait, type Yieldable } from "../fiber/wait.ts";
import { WaiterList } from "../internal/waiters.ts";
import {
  checkedWaitFor,
  notAcquired,
  reacquire,
  type WaitFor,
  waitFor,
} from "./condition-waits.ts";
import type { Lock } from "./lock.ts";
import { ownedScript } from "./lock-owner.ts";
import { type Acquire, Lockable } from "./lockable.ts";
import { OwnedLock } from "./owned-lock.ts";
import { WaitingPlace } from "./place.ts";
import { RLock } from "./rlock.ts";

/**
 * Lets fibers that hold a lock wait until another one says that something has
 * changed. `wait` releases the lock and has it again when it goes on, also by a
 * timeout or a kill; `notify` leaves it with the one who notifies. Two
 * Conditions may share a lock.
 *
 * threading: `threading.Condition`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { Condition } from "fibril/sync";
 *
 * const basket: string[] = [];
 * const filled = new Condition();
 * spawn(() =>
 *   filled.use(function* () {
 *     yield* filled.waitFor(() => basket.length > 0);
 *     console.log("got", basket.pop()); // -> got apple
 *   }),
 * );
 * spawn(() =>
 *   filled.use(() => {
 *     basket.push("apple");
 *     filled.notify();
 *   }),
 * );
 * ```
 */
export class Condition extends Lockable {
  readonly #lock: OwnedLock;
  readonly #waiters: WaiterList<NotifiedPlace> = new WaiterList();
  readonly #notified: Notified = new Notified(this.#waiters);

  /** @throws TypeError for what is neither a Lock nor an RLock. */
  constructor(lock: Lock | RLock = new RLock()) {
    if (!(lock instanceof OwnedLock)) {
      throw new TypeError(
        `Cannot make a Condition on ${show(lock)}: pass a Lock or an RLock, or nothing for an RLock of its own`,
      );
    }
    // Without options that is the op itself.
    super(lock.acquire() as Wait<boolean> & Acquire);
    this.#lock = lock;
  }

  tryAcquire(): boolean {
    return this.#lock.tryAcquire();
  }

  /** Releases the lock once, by its own rules. */
  release(): void {
    this.#lock.release();
  }

  locked(): boolean {
    return this.#lock.locked();
  }

  /**
   * Releases the lock, waits for a notify, and acquires the lock again: true, or
   * false if the `timeout` came first. It has the lock again also when it throws.
   * The time to acquire it counts for no timeout, and no kill cuts it short: one
   * that was notified by then passes the notify on to the next who waits.
   *
   * @throws Error if the running fiber does not hold the lock.
   */
  wait(options?: WaitOptions): Wait<boolean> {
    checkOptions(options, "wait");
    const notified = isLimited(options)
      ? limited(this.#notified, options, { value: false })
      : this.#notified;
    return ownedScript(runWait, this.#lock, this.#waiters, notified);
  }

  /**
   * Waits until `predicate` gives something true, looking at it once before and
   * after each notify, and gives its last value.
   */
  waitFor<A>(predicate: () => A, options?: WaitOptions): Wait<A> {
    const call = checkedWaitFor(predicate, options);
    return ownedScript(runWaitFor<A>, this as Condition, this.#lock, call);
  }

  /** Wakes up to `count` of those who wait, the longest waiting first. They go on when they get the lock. */
  notify(count = 1): void {
    checkOwned(this.#lock, "notify");
    for (let i = 0; i < count; i++) {
      const place = this.#waiters.shift();
      if (place === undefined) return;
      place.serve();
    }
  }

  /** Wakes all who wait. */
  notifyAll(): void {
    this.notify(Number.POSITIVE_INFINITY);
  }
}

function checkOwned(lock: OwnedLock, verb: string): void {
  if (!lock.owned()) throw notAcquired(verb);
}

function* runWait(
  lock: OwnedLock,
  waiters: WaiterList<NotifiedPlace>,
  notified: Wait<boolean>,
): Generator<Yieldable<never>, boolean, never> {
  checkOwned(lock, "wait");
  const levels = lock.releaseAll();
  let wasNotified = false;
  try {
    try {
      wasNotified = yield* notified;
    } finally {
      yield* uninterruptible(reacquire(lock.acquire(), levels));
    }
  } catch (struck) {
    // Killed on its way to the lock it won't look at what has changed: the next one has to.
    if (wasNotified) waiters.shift()?.serve();
    throw struck;
  }
  return wasNotified;
}

function* runWaitFor<A>(
  condition: Condition,
  lock: OwnedLock,
  call: WaitFor<A>,
): Generator<Yieldable<never>, A, never> {
  checkOwned(lock, "wait");
  return yield* waitFor(condition, call);
}

/** Waits for a notify, without the lock. */
class Notified extends Op<boolean> {
  readonly #waiters: WaiterList<NotifiedPlace>;

  constructor(waiters: WaiterList<NotifiedPlace>) {
    super();
    this.#waiters = waiters;
  }

  begin(fiber: FiberCore): Step {
    const place = new NotifiedPlace(fiber);
    this.#waiters.push(place);
    return fiber.parkOn(place);
  }
}

class NotifiedPlace extends WaitingPlace {
  serve(): void {
    this.waiter.wake(true);
  }

  describe(): string {
    return "condition.wait";
  }
}
