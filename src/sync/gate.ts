import type { Waiter } from "../fiber/selectable.ts";
import { WaiterList } from "../internal/waiters.ts";
import { Notifier, resume } from "./notifier.ts";
import type { Place } from "./place.ts";

/** How a lock or a semaphore lets fibers in. */
export interface LockOptions {
  /**
   * Hands what is released over to the one who waits longest: nobody who comes later
   * is let in before. Without, a fiber that runs may take it first: that saves a switch
   * each time, but one that takes it again at once, for ever, starves the others.
   */
  readonly fair?: boolean | undefined;
}

/** Lets in who waits, one after the other, as long as it is open. */
export abstract class Gate {
  readonly #places: WaiterList<Place> = new WaiterList();
  readonly #isFair: boolean;
  #notifier: Notifier | undefined;

  constructor(options: LockOptions | undefined) {
    this.#isFair = options?.fair === true;
  }

  protected abstract isOpen(): boolean;

  join(place: Place): void {
    this.#places.push(place);
  }

  /** To be called when it may have opened. */
  opened(): void {
    if (this.#places.isEmpty()) return;
    if (this.#isFair) {
      while (this.#serveNext());
      return;
    }
    this.#notifier ??= new Notifier(
      () => this.#serveNext(),
      () => this.#places.size,
    );
    this.#notifier.notify();
  }

  /** Lets one go on whose place is served. */
  letIn(waiter: Waiter, value: unknown): void {
    if (this.#isFair) waiter.wake(value);
    else resume(waiter, value);
  }

  #serveNext(): boolean {
    const place = this.isOpen() ? this.#places.shift() : undefined;
    place?.serve();
    return place !== undefined;
  }
}
