import type { Waiter } from "../../fiber/selectable.ts";
import { failed } from "../../net/socket-error.ts";
import type { Park } from "../../scheduler/park.ts";
import type { Request } from "./protocol.ts";

/** What is to be asked of a server. */
export interface Question {
  /** In reports and errors: `dict.get`. */
  readonly what: string;
  /** The object that it is of, if it is of one: its number in the server. */
  readonly object?: number;
  /** The request of a fiber of that number. */
  readonly request: (fiber: number) => Request;
  /** What takes back what a caller got who does not wait any more; undefined: it may be dropped. */
  readonly undo?: ((value: unknown, fiber: number) => Request | undefined) | undefined;
}

/** Who made it, and is told if nobody waits for it any more. */
export interface Caller {
  readonly name: string;
  abandon(call: PendingCall): void;
}

/** A call that is under way, and the fiber that waits for it. */
export class PendingCall implements Park {
  readonly number: number;
  readonly #by: number;
  readonly #question: Question;
  readonly #caller: Caller;
  /** Undefined: it was killed or timed out. */
  #waiter: Waiter | undefined;

  constructor(waiter: Waiter, number: number, by: number, question: Question, caller: Caller) {
    this.#waiter = waiter;
    this.number = number;
    this.#by = by;
    this.#question = question;
    this.#caller = caller;
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
    this.#caller.abandon(this);
    return true;
  }

  describe(): string {
    const { what, object } = this.#question;
    const call = object === undefined ? what : what.replace(".", `#${object}.`);
    return `${call} of the manager at ${this.#caller.name}`;
  }
}
