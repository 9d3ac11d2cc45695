import type { Waiter } from "../../fiber/selectable.ts";
import { failed } from "../../net/socket-error.ts";
import type { Park } from "../../scheduler/park.ts";
import type { Link, Question } from "./link.ts";
import type { Request } from "./protocol.ts";

/** A call that is under way, and the fiber that waits for it. */
export class PendingCall implements Park {
  readonly number: number;
  readonly #by: number;
  readonly #question: Question;
  readonly #link: Link;
  /** Undefined: it was killed or timed out. */
  #waiter: Waiter | undefined;

  constructor(waiter: Waiter, number: number, by: number, question: Question, link: Link) {
    this.#waiter = waiter;
    this.number = number;
    this.#by = by;
    this.#question = question;
    this.#link = link;
  }

  /** Gives what to ask of the server where the answer comes too late. */
  answer(value: unknown): Request | undefined {
    if (this.#waiter === undefined) return this.#question.undo?.(value, this.#by);
    this.#waiter.wake(value);
    return undefined;
  }

  fail(error: unknown): void {
    this.#waiter?.wakeFailed(failed(error));
  }

  cancel(): boolean {
    this.#waiter = undefined;
    this.#link.abandon(this);
    return true;
  }

  describe(): string {
    return `${this.#question.what} of the manager at ${this.#link.address}`;
  }
}
