import type { Park } from "../scheduler/park.ts";
import type { FiberCore } from "./core.ts";
import type { Step } from "./fiber-state.ts";
import type { Thrown } from "./outcome.ts";
import { Op } from "./wait.ts";

/** Whoever stands in a wait list: a parked fiber, or one branch of its `select`. */
export interface Waiter {
  /** Its wait gives `value`. It must be off every list by then. */
  wake(value: unknown): void;
  wakeFailed(thrown: Thrown): void;
  wakeThrowing(error: unknown): void;
}

/**
 * What `select` asks of a Wait: to act now if it can, else to stand in line and
 * to leave it again without a trace. Between the two nobody else runs, and who
 * is woken leaves all other lines at once: that is why nothing gets lost.
 */
export interface Selectable {
  /**
   * Does the work if it need not wait for it, and gives its step: `ready(value)`,
   * or `fiber.requeue()` with the value in the inbox. `undefined`: nothing happened.
   */
  poll(fiber: FiberCore): Step | undefined;
  /** Puts `waiter`, who acts for `fiber`, in line; the Park takes it off. */
  enlist(waiter: Waiter, fiber: FiberCore): Park;
}

/** An op that `select` takes as well: it begins by the same two steps. */
export abstract class SelectableOp<A, E = never> extends Op<A, E> implements Selectable {
  abstract poll(fiber: FiberCore): Step | undefined;
  abstract enlist(waiter: Waiter, fiber: FiberCore): Park;

  begin(fiber: FiberCore): Step {
    return this.poll(fiber) ?? fiber.parkOn(this.enlist(fiber, fiber));
  }
}

export function isSelectable(wait: unknown): wait is Selectable {
  const { poll, enlist } = (wait ?? {}) as Partial<Selectable>;
  return typeof poll === "function" && typeof enlist === "function";
}
