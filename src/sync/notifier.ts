import type { Waiter } from "../fiber/selectable.ts";
import { hub } from "../scheduler/hub.ts";
import type { Runnable } from "../scheduler/task.ts";

/**
 * Tells those who wait that something came: one entry at the queue's tail, which
 * resumes all that can go on, in the order in which they came. Until it runs
 * nothing is anybody's, so that a running fiber may still take it first.
 *
 * gevent: `AbstractLinkable._check_and_notify`.
 */
export class Notifier {
  readonly #serveNext: () => boolean;
  readonly #waiting: () => number;
  #queued = false;
  /** When the turn ended while an entry served: how many of those who had waited are left. */
  #left = 0;

  /**
   * @param serveNext resumes the one who waits longest, by `resume`; false if nobody can go on.
   * @param waiting how many wait. Who comes while an entry serves is for the next one, or two that
   *   wake each other would hold up everybody else.
   */
  constructor(serveNext: () => boolean, waiting: () => number) {
    this.#serveNext = serveNext;
    this.#waiting = waiting;
  }

  /** Queues it, unless it is queued. */
  notify(): void {
    if (this.#queued) return;
    this.#queued = true;
    hub.push(this.#run);
  }

  readonly #run = (): void => {
    let left = this.#left;
    this.#left = 0;
    if (left === 0) {
      this.#queued = false;
      left = this.#waiting();
    }
    for (; left > 0 && this.#serveNext(); left--) {
      if (!hub.budget.spent()) continue;
      // Those left go on first in the next turn: order does not depend on time.
      this.#left = left;
      return hub.ring.unshift(this.#run);
    }
  };
}

/** Resumes who waits now, and not at the tail: only from a task of the queue's own. */
export function resume(waiter: Waiter, value: unknown): void {
  waiter.wake(value);
  runWoken();
}

/** As `resume`: its wait throws. */
export function resumeThrowing(waiter: Waiter, error: unknown): void {
  waiter.wakeThrowing(error);
  runWoken();
}

/** Waking put a fiber at the tail, and nothing behind it. */
function runWoken(): void {
  const woken = hub.ring.pop() as Runnable;
  woken.runStep();
}
