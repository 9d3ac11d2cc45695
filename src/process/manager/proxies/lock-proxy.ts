import { runInline } from "../../../fiber/run-inline.ts";
import { uninterruptible } from "../../../fiber/uninterruptible.ts";
import { script, type Wait, type Yieldable } from "../../../fiber/wait.ts";
import type { AcquireOptions } from "../../../sync/lockable.ts";
import { call, Proxied } from "../proxied.ts";
import { remoteOptions } from "../remote-options.ts";

/** What is acquired in a manager's server, and released. */
export abstract class AcquirableProxy extends Proxied {
  /** Waits until it is acquired: true, or false past the `timeout`, and at once with `blocking: false`. */
  acquire(options?: AcquireOptions): Wait<boolean> {
    return call(this, "acquire", [remoteOptions(options, "acquire")], {
      signal: options?.signal,
      undo: (isAcquired) => (isAcquired === true ? ["release"] : undefined),
    });
  }

  release(): Wait<void> {
    return call(this, "release", []);
  }

  /** Runs a body or a Wait while it is acquired, and releases it whatever happens. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever kind of body it is
  use<A = any>(body: unknown): Wait<A, unknown> {
    return script(() => holding<A>(this, body)) as Wait<A, unknown>;
  }
}

function* holding<A>(lock: AcquirableProxy, body: unknown): Generator<Yieldable, A, never> {
  yield* lock.acquire();
  try {
    return (yield* runInline(body)) as A;
  } finally {
    yield* uninterruptible(lock.release());
  }
}

/**
 * A Lock or an RLock in a manager's server. A Lock may be released by any process;
 * an RLock belongs to one fiber of one process, which may acquire it again. Where
 * its owner's process ends, the next one gets it, and `abandoned` is true.
 *
 * multiprocessing: `Lock` and `RLock` of a manager.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { Manager } from "fibril/process";
 *
 * spawn(function* () {
 *   const manager = yield* Manager();
 *   const lock = yield* manager.Lock();
 *   yield* lock.use(function* () {
 *     console.log(yield* lock.acquire({ blocking: false })); // -> false
 *   });
 *   console.log(yield* lock.locked()); // -> false
 *   yield* manager.shutdown();
 * });
 * ```
 */
export class LockProxy extends AcquirableProxy {
  locked(): Wait<boolean> {
    return call(this, "locked", []);
  }

  /** Whether the last owner's process ended while it held it. */
  abandoned(): Wait<boolean> {
    return call(this, "abandoned", []);
  }
}

/**
 * A Semaphore or a BoundedSemaphore in a manager's server. What a process has
 * acquired comes back when it ends.
 *
 * multiprocessing: `Semaphore` and `BoundedSemaphore` of a manager.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { Manager } from "fibril/process";
 *
 * spawn(function* () {
 *   const manager = yield* Manager();
 *   const seats = yield* manager.Semaphore(2);
 *   yield* seats.acquire();
 *   console.log(yield* seats.getValue()); // -> 1
 *   yield* manager.shutdown();
 * });
 * ```
 */
export class SemaphoreProxy extends AcquirableProxy {
  override release(count = 1): Wait<void> {
    return call(this, "release", [count]);
  }

  /** How many are free. */
  getValue(): Wait<number> {
    return call(this, "getValue", []);
  }

  locked(): Wait<boolean> {
    return call(this, "locked", []);
  }
}
