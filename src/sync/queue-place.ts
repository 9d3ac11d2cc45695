import type { Step } from "../fiber/fiber-state.ts";
import type { Waiter } from "../fiber/selectable.ts";
import { WaiterNode } from "../internal/waiters.ts";
import type { Park } from "../scheduler/park.ts";
import { resume, resumeThrowing } from "./notifier.ts";

/** What somebody waits at a queue to do. */
export interface Attempt {
  /** Does it, or throws; `undefined` if it can't be done now. */
  poll(): Step | undefined;
  describe(): string;
}

/** A fiber, or one branch of its `select`, in one of a queue's two lines. */
export class QueuePlace extends WaiterNode implements Park {
  readonly #waiter: Waiter;
  readonly #attempt: Attempt;

  constructor(waiter: Waiter, attempt: Attempt) {
    super();
    this.#waiter = waiter;
    this.#attempt = attempt;
  }

  /** It is off the line, and what it waited for can be done: or it would not be its turn. */
  serve(): void {
    let value: unknown;
    try {
      value = this.#attempt.poll()?.value;
    } catch (error) {
      return resumeThrowing(this.#waiter, error);
    }
    resume(this.#waiter, value);
  }

  cancel(): boolean {
    this.list?.remove(this);
    return true;
  }

  describe(): string {
    return this.#attempt.describe();
  }
}
