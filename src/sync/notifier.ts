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
  #queued = false;

  /** @param serveNext resumes the one who waits longest, by `resume`; false if nobody can go on. */
  constructor(serveNext: () => boolean) {
    this.#serveNext = serveNext;
  }

  /** Queues it, unless it is queued. */
  notify(): void {
    if (this.#queued) return;
    this.#queued = true;
    hub.push(this.#run);
  }

  readonly #run = (): void => {
    while (this.#serveNext()) {
      // Those left go on first in the next turn: order does not depend on time.
      if (hub.budget.spent()) return hub.ring.unshift(this.#run);
    }
    this.#queued = false;
  };
}

/** Resumes who waits now, and not at the tail: only from a task of the queue's own. */
export function resume(waiter: Waiter, value: unknown): void {
  waiter.wake(value);
  // That put its fiber at the tail, and nothing behind it.
  const woken = hub.ring.pop() as Runnable;
  woken.runStep();
}
