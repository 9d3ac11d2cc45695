import { show } from "../fiber/body.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import type { Wait } from "../fiber/wait.ts";
import type { LockOptions } from "./gate.ts";
import { Links, type RawLink } from "./links.ts";
import { Lockable } from "./lockable.ts";
import { AcquirePermit, Permits, PermitWait } from "./permits.ts";

/**
 * So many permits: `acquire` takes one and waits while there is none, `release`
 * puts one back. Whoever waits longest is served first; a fiber that runs may
 * take a permit before the one for whom it was released, unless it is `fair`.
 *
 * gevent: `gevent.lock.Semaphore`; threading: `threading.Semaphore`.
 *
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { Semaphore } from "fibril/sync";
 *
 * function* visit(name: string, room: Semaphore) {
 *   yield* room.acquire();
 *   console.log(name, "is in");
 *   yield* sleep();
 *   console.log(name, "is out");
 *   room.release();
 * }
 * const room = new Semaphore(2);
 * for (const name of ["Ann", "Bob", "Cem"]) spawn(visit, name, room);
 * // -> Ann is in
 * // -> Bob is in
 * // -> Ann is out
 * // -> Bob is out
 * // -> Cem is in
 * // -> Cem is out
 * ```
 */
export class Semaphore extends Lockable {
  readonly #permits: Permits;
  #links: Links<this> | undefined;

  /** @throws RangeError for a value that is no integer >= 0; Infinity is one. */
  constructor(value = 1, options?: LockOptions) {
    checkValue(value);
    const permits = new Permits(value, options);
    super(new AcquirePermit(permits));
    this.#permits = permits;
  }

  /** How many permits are free. */
  get counter(): number {
    return this.#permits.free;
  }

  tryAcquire(): boolean {
    return this.#permits.take();
  }

  /** Puts `count` permits back; no more have to be out. */
  release(count = 1): void {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new RangeError(
        `Cannot release a Semaphore ${show(count)} times: pass an integer, one or more`,
      );
    }
    this.#permits.give(count);
  }

  locked(): boolean {
    return this.#permits.free === 0;
  }

  /** Whether a permit is free. */
  ready(): boolean {
    return this.#permits.free > 0;
  }

  /**
   * Waits until a permit is free, without taking it, and gives how many are: 0 if
   * the `timeout` came first.
   */
  wait(options?: WaitOptions): Wait<number> {
    checkOptions(options, "wait");
    const wait = new PermitWait(this.#permits);
    return isLimited(options) ? limited(wait, options, { value: 0 }) : wait;
  }

  /** Calls `callback(semaphore)` once when a permit is free, in the run loop itself: it must neither wait nor throw. */
  rawLink(callback: RawLink<this>): void {
    this.#links ??= new Links(this);
    this.#permits.join(this.#links.add(callback));
    this.#permits.opened();
  }

  /** Takes a `rawLink` back. */
  unlink(callback: unknown): void {
    this.#links?.remove(callback);
  }
}

function checkValue(value: unknown): void {
  if (typeof value !== "number") {
    throw new TypeError(`Cannot create a Semaphore with ${show(value)} permits: pass a number`);
  }
  if (value >= 0 && (Number.isSafeInteger(value) || value === Number.POSITIVE_INFINITY)) return;
  throw new RangeError(
    `Cannot create a Semaphore with ${value} permits: pass an integer >= 0, or Infinity`,
  );
}
