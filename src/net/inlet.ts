import { NOT_YET, Side } from "./side.ts";
import type { Reason } from "./socket-error.ts";

/** Owns what the host has brought (connections, datagrams, requests) until a fiber takes it. */
export class Inlet<T> extends Side {
  readonly #items: T[] = [];
  /** The last thing that went wrong; those before it, unseen, were of the same kind. */
  #failure: Reason | undefined;

  get size(): number {
    return this.#items.length;
  }

  push(item: T): void {
    this.#items.push(item);
    this.serve();
  }

  /** Thrown once, at whoever takes next; it goes on after that. */
  fail(reason: Reason): void {
    this.#failure = reason;
    this.serve();
  }

  /** The oldest; throws what went wrong, and at the end that it is over. */
  tryTake(what: string): T | typeof NOT_YET {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) this.refuse(what, failure);
    if (this.#items.length > 0) return this.#items.shift() as T;
    if (this.over !== undefined) this.refuse(what, this.over);
    return NOT_YET;
  }

  /** Closes it, and gives what nobody has taken. */
  drain(): T[] {
    this.close();
    return this.#items.splice(0);
  }

  get ready(): boolean {
    return this.#items.length > 0 || this.over !== undefined || this.#failure !== undefined;
  }
}
