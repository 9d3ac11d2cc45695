import type { FiberCore } from "../../fiber/core.ts";
import { NEW, PARKED, STRUCK } from "../../fiber/state.ts";
import { hub } from "../../scheduler/hub.ts";
import type { Park } from "../../scheduler/park.ts";
import { Bomb } from "./bomb.ts";
import { Link } from "./chain.ts";

/** Whose place it is. */
export interface Owner {
  /** What it runs in; the top level of the program has none. */
  readonly fiber: FiberCore | undefined;
  /** Where it stands while it is not running; of the main program's several at once, the last. */
  place: Place | undefined;
  /** It will go on by itself: from now on `run` and the program's end wait for it. */
  rouse(): void;
}

/**
 * Where a tasklet stands that does not run: among the runnables, in a channel's
 * queue, or apart from both, paused.
 *
 * A runnable one is ready as if it were in the hub's queue, only that its turn is
 * in the circle: what it was given can't get lost by a kill or a timeout any more.
 * The others are parked, and this is their reason.
 */
export class Place extends Link implements Park {
  readonly owner: Owner;
  readonly fiber: FiberCore;
  readonly #reason: string;
  /** While it is parked: what its wait is going to give, or a Bomb; of a sender, what it sends. */
  value: unknown;

  constructor(owner: Owner, fiber: FiberCore, reason: string, value?: unknown) {
    super();
    this.owner = owner;
    this.fiber = fiber;
    this.#reason = reason;
    this.value = value;
    owner.place = this;
  }

  /** Takes it off the chain in which it stands. */
  leave(): void {
    this.chain?.remove(this);
  }

  /** A kill or a timeout takes the fiber away: it goes on by the hub's queue. */
  cancel(): boolean {
    this.leave();
    this.#forget();
    this.owner.rouse();
    return true;
  }

  describe(): string {
    return this.#reason;
  }

  /** What its wait is going to give. */
  get result(): unknown {
    return this.#isQueued ? this.fiber.inbox : this.value;
  }

  set result(result: unknown) {
    if (this.#isQueued) this.fiber.inbox = result;
    else this.value = result;
  }

  /** Makes its fiber ready, if it is parked. */
  wake(): void {
    const { fiber } = this;
    if (fiber.state !== PARKED) return;
    const { value } = this;
    if (value instanceof Bomb) fiber.wakeThrowing(value.error);
    else fiber.wake(value);
    // That put it at the tail of the hub's queue, and nothing behind it.
    hub.ring.pop();
  }

  /** Parks its ready fiber; `wake` gives back what it had. */
  suspend(): void {
    const { fiber } = this;
    if (fiber.state === NEW) return;
    this.value = fiber.state === STRUCK ? new Bomb(fiber.inbox) : fiber.inbox;
    fiber.parkOn(this);
  }

  /** Its ready fiber is going to throw `error`; one that has not begun dies of it. */
  strike(error: unknown): void {
    const { fiber } = this;
    if (fiber.state === NEW) {
      fiber.body = undefined;
      fiber.park = undefined;
    }
    fiber.state = STRUCK;
    fiber.inbox = error;
  }

  /** Its turn has come. */
  go(): void {
    this.#forget();
    if (this.fiber.state === NEW) this.fiber.park = undefined;
    this.fiber.runStep();
  }

  get #isQueued(): boolean {
    return this.fiber.state !== NEW && this.fiber.state !== PARKED;
  }

  #forget(): void {
    if (this.owner.place === this) this.owner.place = undefined;
  }
}
