import { show } from "../../fiber/body.ts";
import { toMillis } from "../../fiber/delay.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../../fiber/limits.ts";
import { uninterruptible } from "../../fiber/uninterruptible.ts";
import type { Wait, Yieldable } from "../../fiber/wait.ts";
import {
  checkedWaitFor,
  notAcquired,
  reacquire,
  type WaitFor,
  waitFor,
} from "../../sync/condition-waits.ts";
import { ownedScript } from "../../sync/lock-owner.ts";
import { Lockable } from "../../sync/lockable.ts";
import { commonHome } from "../family.ts";
import { type Handle, handleOf, opened, openHandle, shareable } from "../handles.ts";
import { Called, ConditionWord } from "../shm/condition-word.ts";
import type { LockWord } from "../shm/lock-word.ts";
import type { Lock } from "./lock.ts";
import { wordOf as lockWordOf, OwnedLock } from "./owned-lock.ts";
import { RLock } from "./rlock.ts";

/** What a Condition is made of. */
interface Parts {
  readonly lock: OwnedLock;
  readonly word: ConditionWord;
}

let partsOf: (condition: OpenCondition) => Parts;

/** All of a Condition, whether it was made in this process or in another. */
abstract class OpenCondition extends Lockable {
  readonly #lock: OwnedLock;
  readonly #word: ConditionWord;

  static {
    partsOf = (condition) => ({ lock: condition.#lock, word: condition.#word });
  }

  constructor(lock: OwnedLock, word: ConditionWord) {
    super(lockWordOf(lock).acquire);
    this.#lock = lock;
    this.#word = word;
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

  /** As its lock's: whether the one who held it before ended without a release. */
  get abandoned(): boolean {
    return this.#lock.abandoned;
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
    if (options?.timeout !== undefined) toMillis(options.timeout, "wait");
    return ownedScript(runWait, lockWordOf(this.#lock), this.#word, options);
  }

  /**
   * Waits until `predicate` gives something true, looking at it once before and
   * after each notify, and gives its last value.
   */
  waitFor<A>(predicate: () => A, options?: WaitOptions): Wait<A> {
    const call = checkedWaitFor(predicate, options);
    return ownedScript(runWaitFor<A>, this as OpenCondition, lockWordOf(this.#lock), call);
  }

  /**
   * Wakes up to `count` of those who wait, each process in its turn and in it the
   * longest waiting first. They go on when they get the lock. It waits for nobody.
   */
  notify(count = 1): void {
    checkOwned(lockWordOf(this.#lock), "notify");
    this.#word.notify(count);
  }

  /** Wakes all who wait. */
  notifyAll(): void {
    this.notify(Number.POSITIVE_INFINITY);
  }
}

/**
 * Lets fibers of several processes that hold a lock wait until another one says that
 * something has changed. `wait` releases the lock, an RLock's levels all at once, and
 * has it again when it goes on, also by a timeout or a kill. A process that ends
 * while it waits takes no notify with it: the next one gets that.
 *
 * multiprocessing: `multiprocessing.Condition`, whose `notify` hangs when one who waited was killed.
 *
 * @example
 * ```ts
 * import { Condition, Process, Value } from "fibril/process";
 *
 * export function* consume(filled: Condition, apples: Value<"i">) {
 *   yield* filled.use(function* () {
 *     yield* filled.waitFor(() => apples.value > 0);
 *     apples.value -= 1;
 *     console.log("got an apple");
 *   });
 * }
 * async function main() {
 *   const filled = new Condition();
 *   const apples = new Value("i", 0);
 *   const process = new Process({ target: consume, args: [filled, apples] });
 *   process.start();
 *   await filled.use(() => {
 *     apples.value += 1;
 *     filled.notify();
 *   });
 *   await process.join();
 *   console.log(apples.value, "left");
 *   // -> got an apple
 *   // -> 0 left
 * }
 * if (import.meta.main) void main();
 * ```
 */
export class Condition extends OpenCondition {
  /** @throws TypeError for what is neither a Lock nor an RLock of fibril/process. */
  constructor(lock: Lock | RLock = new RLock()) {
    if (!(lock instanceof OwnedLock)) {
      throw new TypeError(
        `Cannot make a Condition on ${show(lock)}: pass a Lock or an RLock of fibril/process, or nothing for an RLock of its own`,
      );
    }
    super(lock, ConditionWord.create(commonHome()));
  }
}

interface Packed extends Handle {
  readonly lock: OwnedLock;
}

shareable(
  Condition,
  "Condition",
  import.meta.url,
  (condition: Condition): Packed => {
    const { lock, word } = partsOf(condition);
    return { ...handleOf(word), lock };
  },
  (packed) => opened(Condition, OpenCondition, packed.lock, openHandle(packed, ConditionWord.at)),
);

function checkOwned(lock: LockWord, verb: string): void {
  if (!lock.isHeldHere()) throw notAcquired(verb);
}

function* runWait(
  lock: LockWord,
  word: ConditionWord,
  options: WaitOptions | undefined,
): Generator<Yieldable<never>, boolean, never> {
  checkOwned(lock, "wait");
  const call = new Called(lock, word);
  try {
    try {
      yield* isLimited(options) ? limited(call, options, { value: false }) : call;
    } finally {
      yield* uninterruptible(reacquire(lock.acquire, call.levels));
      if (call.wasCalled) word.answered();
    }
  } catch (struck) {
    // Killed on its way to the lock it won't look at what has changed: the next one has to.
    if (call.wasCalled) word.notify(1);
    throw struck;
  }
  return call.wasCalled;
}

function* runWaitFor<A>(
  condition: OpenCondition,
  lock: LockWord,
  call: WaitFor<A>,
): Generator<Yieldable<never>, A, never> {
  checkOwned(lock, "wait");
  return yield* waitFor(condition, call);
}
