import type { Waiter } from "../fiber/selectable.ts";
import { WaiterNode } from "../internal/waiters.ts";
import type { Park } from "../scheduler/park.ts";

/** Whoever stands in a line: a fiber that waits, or a callback. */
export abstract class Place extends WaiterNode {
  /** Its turn has come; it is off the line already. */
  abstract serve(): void;
}

/** The place of a fiber, or of one branch of its `select`. */
export abstract class WaitingPlace extends Place implements Park {
  declare readonly waiter: Waiter;

  constructor(waiter: Waiter) {
    super();
    this.waiter = waiter;
  }

  cancel(): boolean {
    this.list?.remove(this);
    return true;
  }

  abstract describe(): string;
}
