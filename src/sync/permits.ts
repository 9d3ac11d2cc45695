import { ready, type Step } from "../fiber/fiber-state.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import { Gate, type LockOptions } from "./gate.ts";
import { Acquire } from "./lockable.ts";
import { WaitingPlace } from "./place.ts";

/** How many permits are free, and who waits for one. */
export class Permits extends Gate {
  free: number;

  constructor(free: number, options: LockOptions | undefined) {
    super(options);
    this.free = free;
  }

  protected isOpen(): boolean {
    return this.free > 0;
  }

  take(): boolean {
    if (this.free === 0) return false;
    this.free--;
    return true;
  }

  give(count: number): void {
    this.free += count;
    this.opened();
  }
}

/** `yield* semaphore.acquire()` */
export class AcquirePermit extends Acquire {
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
    this.#permits.join(place);
    return place;
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
    this.#permits.letIn(this.waiter, true);
  }

  describe(): string {
    return "semaphore.acquire";
  }
}

/** `yield* semaphore.wait()` */
export class PermitWait extends SelectableOp<number> {
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
    this.#permits.join(place);
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
    this.#permits.letIn(this.waiter, this.#permits.free);
  }

  describe(): string {
    return "semaphore.wait";
  }
}
