import { show } from "../fiber/body.ts";
import type { FiberCore } from "../fiber/core.ts";
import { ready, type Step } from "../fiber/fiber-state.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import type { Wait } from "../fiber/wait.ts";
import { Line, type LockOptions } from "./line.ts";
import { Links, type RawLink } from "./links.ts";
import { Acquire, Lockable } from "./lockable.ts";
import { WaitingPlace } from "./place.ts";

/**
 * So many permits: `acquire` takes one and waits while there is none, `release`
 * puts one back. Whoever waits longest is served first; a fiber that runs may
 * take a permit before the one for whom it was released, unless it is `fair`.
 *
 * gevent: `gevent.lock.Semaphore`; threading: `threading.Semaphore`.
 *
 * @example
 * ```ts
 * import { joinAll, sleep, spawn } from "fibril";
 * import { Semaphore } from "fibril/sync";
 *
 * let inside = 0;
 * function* visit(room: Semaphore) {
 *   yield* room.acquire();
 *   try {
 *     inside++;
 *     yield* sleep(5);
 *     console.log("inside:", inside);
 *   } finally {
 *     inside--;
 *     room.release();
 *   }
 * }
 * const room = new Semaphore(2);
 * void joinAll([1, 2, 3].map(() => spawn(visit, room))).then();
 * // -> inside: 2
 * // -> inside: 1
 * // -> inside: 1
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
   * others were faster, or the `timeout` came first.
   */
  wait(options?: WaitOptions): Wait<number> {
    checkOptions(options, "wait");
    const wait = new PermitWait(this.#permits);
    return isLimited(options) ? limited(wait, options, { value: 0 }) : wait;
  }

  /** Calls `callback(semaphore)` once when a permit is free, in the run loop itself: it must neither wait nor throw. */
  rawLink(callback: RawLink<this>): void {
    this.#links ??= new Links(this);
    this.#permits.line.join(this.#links.add(callback));
    this.#permits.line.open();
  }

  /** Takes a `rawLink` back. */
  unlink(callback: unknown): void {
    this.#links?.remove(callback);
  }
}

/** How many permits are free, and who waits for one. */
class Permits {
  free: number;
  readonly line: Line;

  constructor(free: number, options: LockOptions | undefined) {
    this.free = free;
    this.line = new Line(() => this.free > 0, options);
  }

  take(): boolean {
    if (this.free === 0) return false;
    this.free--;
    return true;
  }

  give(count: number): void {
    this.free += count;
    this.line.open();
  }
}

class AcquirePermit extends Acquire {
  readonly #permits: Permits;

  constructor(permits: Permits) {
    super();
    this.#permits = permits;
  }

  poll(): Step | undefined {
    return this.#permits.take() ? ready(true) : undefined;
  }

  enlist(waiter: Waiter): AcquiringPlace {
    const place = new AcquiringPlace(waiter, this.#permits);
    this.#permits.line.join(place);
    return place;
  }

  /** As inherited, but its calls have one target each. */
  override begin(fiber: FiberCore): Step {
    return this.poll() ?? fiber.parkOn(this.enlist(fiber));
  }
}

class AcquiringPlace extends WaitingPlace {
  readonly #permits: Permits;

  constructor(waiter: Waiter, permits: Permits) {
    super(waiter);
    this.#permits = permits;
  }

  serve(): void {
    this.#permits.take();
    this.#permits.line.release(this.waiter, true);
  }

  describe(): string {
    return "semaphore.acquire";
  }
}

class PermitWait extends SelectableOp<number> {
  readonly #permits: Permits;

  constructor(permits: Permits) {
    super();
    this.#permits = permits;
  }

  poll(): Step | undefined {
    const { free } = this.#permits;
    return free > 0 ? ready(free) : undefined;
  }

  enlist(waiter: Waiter): LookingPlace {
    const place = new LookingPlace(waiter, this.#permits);
    this.#permits.line.join(place);
    return place;
  }
}

class LookingPlace extends WaitingPlace {
  readonly #permits: Permits;

  constructor(waiter: Waiter, permits: Permits) {
    super(waiter);
    this.#permits = permits;
  }

  serve(): void {
    this.#permits.line.release(this.waiter, this.#permits.free);
  }

  describe(): string {
    return "semaphore.wait";
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
