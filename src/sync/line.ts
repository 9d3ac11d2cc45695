import type { Waiter } from "../fiber/selectable.ts";
import { WaiterList } from "../internal/waiters.ts";
import { Notifier, resume } from "./notifier.ts";
import type { Place } from "./place.ts";

/** How a lock or a semaphore lets fibers in. */
export interface LockOptions {
  /**
   * Hands it over to the one who waits longest, so that nobody who comes later is
   * first. By default a fiber that runs may take what was just released: that saves a
   * switch each time, and is how gevent does it.
   */
  readonly fair?: boolean | undefined;
}

/**
 * Those who wait to be let in, one after the other, as long as `isOpen` says so.
 * They are told by a Notifier, or at once if it is fair.
 */
export class Line {
  readonly #places: WaiterList<Place> = new WaiterList();
  readonly #isOpen: () => boolean;
  readonly #notifier: Notifier | undefined;

  constructor(isOpen: () => boolean, options: LockOptions | undefined) {
    this.#isOpen = isOpen;
    this.#notifier = options?.fair === true ? undefined : new Notifier(() => this.#serveNext());
  }

  get size(): number {
    return this.#places.size;
  }

  join(place: Place): void {
    this.#places.push(place);
  }

  /** Something was released. */
  open(): void {
    if (this.#places.isEmpty()) return;
    if (this.#notifier !== undefined) return this.#notifier.notify();
    while (this.#serveNext());
  }

  #serveNext(): boolean {
    const place = this.#isOpen() ? this.#places.shift() : undefined;
    place?.serve();
    return place !== undefined;
  }

  /** Lets `waiter` go on: for a place that is served. */
  release(waiter: Waiter, value: unknown): void {
    if (this.#notifier === undefined) waiter.wake(value);
    else resume(waiter, value);
  }
}
