import type { Effect } from "effect/Effect";
import type { FiberCore } from "../fiber/core.ts";
import { isNegative } from "../fiber/delay.ts";
import { ready, type Step } from "../fiber/fiber-state.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import { checkInline, runInline } from "../fiber/run-inline.ts";
import { SelectableOp } from "../fiber/selectable.ts";
import type { Body, ErrorOf, ServicesOf } from "../fiber/spawn.ts";
import { Op, type Wait, type Yieldable } from "../fiber/wait.ts";
import { forEffectFiber, ownedScript } from "./lock-owner.ts";

/** How to acquire. */
export interface AcquireOptions extends WaitOptions {
  /** With `false` it gives false instead of waiting; a `timeout` is an error then. */
  readonly blocking?: boolean | undefined;
}

/** What fibers acquire before they go on, and release. */
export abstract class Lockable {
  readonly #acquire: Acquire;

  constructor(acquire: Acquire) {
    this.#acquire = acquire;
  }

  /** Acquires it if nobody has to wait for that. */
  abstract tryAcquire(): boolean;
  /** Gives back what was acquired, so that the next one can go on. */
  abstract release(): void;
  /** Whether others than its holder would have to wait for it. */
  abstract locked(): boolean;

  /**
   * Waits until it is acquired, and gives true; false if the `timeout` came first.
   *
   * @throws TypeError or RangeError at the call for bad options, negative timeouts among them.
   */
  acquire(options?: AcquireOptions): Wait<boolean> {
    if (options === undefined) return this.#acquire;
    checkOptions(options, "acquire");
    checkTimeout(options);
    if (options.blocking === false) return new AcquireNow(this.#acquire);
    if (!isLimited(options)) return this.#acquire;
    return ownedScript(runWait, limited(this.#acquire, options, { value: false }));
  }

  /**
   * Runs a body or a Wait while it is acquired, and releases it whatever happens.
   * An async function gets a signal that aborts when its fiber is killed; it is
   * released then, though the function may still run.
   */
  use<Y extends Yieldable<unknown, unknown> = never, A = never>(
    body: (() => Body<Y, A>) | Body<Y, A>,
  ): Wait<A, ErrorOf<Y>, ServicesOf<Y>>;
  use<A, E, R>(wait: Effect<A, E, R>): Wait<A, E, R>;
  use<A>(body: ((signal: AbortSignal) => A) | PromiseLike<A>): Wait<Awaited<A>, unknown>;
  use(body: unknown): Wait<unknown, unknown> {
    checkInline(body, "use a lock for");
    return ownedScript(runHolding, this as Lockable, body) as Wait<unknown, unknown>;
  }

  /**
   * Waits until it is acquired, and gives what releases it, for `using`.
   *
   * @example
   * ```ts
   * import { spawn } from "fibril";
   * import { Lock } from "fibril/sync";
   *
   * const lock = new Lock();
   * function* work() {
   *   using _ = yield* lock.hold();
   *   console.log(lock.locked()); // -> true
   * }
   * spawn(work).link(() => console.log(lock.locked())); // -> false
   * ```
   */
  hold(): Wait<Disposable> {
    return ownedScript(runHold, this as Lockable);
  }
}

/** The `acquire` of one lock, as it is without options. */
export abstract class Acquire extends SelectableOp<boolean> {
  override asEffect(): Effect<boolean> {
    return forEffectFiber<boolean, never, never>(this);
  }
}

class AcquireNow extends Op<boolean> {
  readonly #acquire: Acquire;

  constructor(acquire: Acquire) {
    super();
    this.#acquire = acquire;
  }

  begin(fiber: FiberCore): Step {
    return this.#acquire.poll(fiber) ?? ready(false);
  }

  override asEffect(): Effect<boolean> {
    return forEffectFiber<boolean, never, never>(this);
  }
}

function* runWait(wait: Wait<boolean>): Generator<Yieldable<never>, boolean, never> {
  return yield* wait;
}

function* runHolding(lock: Lockable, body: unknown): Generator<Yieldable, unknown, never> {
  yield* lock.acquire();
  let failed = false;
  try {
    return yield* runInline(body);
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    if (failed) releaseQuietly(lock);
    else lock.release();
  }
}

/** A body that failed has lost the lock as well, perhaps: that must not hide what went wrong. */
function releaseQuietly(lock: Lockable): void {
  try {
    lock.release();
  } catch {
    // The body's own error is on its way.
  }
}

function* runHold(lock: Lockable): Generator<Yieldable<never>, Disposable, never> {
  yield* lock.acquire();
  return new Hold(lock);
}

/** Releases once, however often it is disposed of. */
class Hold implements Disposable {
  #lock: Lockable | undefined;

  constructor(lock: Lockable) {
    this.#lock = lock;
  }

  [Symbol.dispose](): void {
    const lock = this.#lock;
    this.#lock = undefined;
    lock?.release();
  }
}

function checkTimeout({ blocking, timeout }: AcquireOptions): void {
  if (timeout === undefined) return;
  if (blocking === false) {
    throw new RangeError(
      "Cannot acquire with a timeout and { blocking: false }: can't specify a timeout for a non-blocking call",
    );
  }
  if (!isNegative(timeout, "acquire")) return;
  throw new RangeError(
    "Cannot acquire with a negative timeout: pass a non-negative number of milliseconds, or none to wait for ever",
  );
}
