import type { Runnable } from "./task.ts";

/** Somebody who waits until no fiber is left. */
export interface Drain {
  /** Whether it is one of the fibers itself. */
  readonly isFiber: boolean;
  drained(): void;
}

/** The live fibers, oldest first: an intrusive list, so that a spawn allocates no entry. */
export class Roster {
  #first: Runnable | undefined;
  #last: Runnable | undefined;
  #waitedFor = 0;
  #drains: Drain[] = [];

  /** How many live fibers the program waits for: all but the daemons. */
  get waitedFor(): number {
    return this.#waitedFor;
  }

  isEmpty(): boolean {
    return this.#first === undefined;
  }

  add(fiber: Runnable): void {
    if (!fiber.daemon) this.#waitedFor++;
    fiber.previous = this.#last;
    if (this.#last === undefined) this.#first = fiber;
    else this.#last.next = fiber;
    this.#last = fiber;
  }

  remove(fiber: Runnable): void {
    if (!fiber.daemon) this.#waitedFor--;
    const { previous, next } = fiber;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    fiber.previous = undefined;
    fiber.next = undefined;
    if (this.#drains.length > 0) this.#checkDrains();
  }

  /** Calls `drain.drained` once no fiber is left but those that wait for just that; true if so now. */
  whenDrained(drain: Drain): boolean {
    this.#drains.push(drain);
    if (this.#waitedFor > this.#drainingFibers()) return false;
    this.#drains.pop();
    this.#checkDrains();
    return true;
  }

  forgetDrain(drain: Drain): void {
    this.#drains = this.#drains.filter((each) => each !== drain);
  }

  /** Those that wait for the drain must not wait for each other. */
  #drainingFibers(): number {
    return this.#drains.filter((drain) => drain.isFiber).length;
  }

  #checkDrains(): void {
    if (this.#waitedFor > this.#drainingFibers()) return;
    const drains = this.#drains;
    this.#drains = [];
    for (const drain of drains) drain.drained();
  }

  /** Safe while fibers come; collect them first where some may go. */
  *[Symbol.iterator](): Generator<Runnable, void, undefined> {
    for (let fiber = this.#first; fiber !== undefined; fiber = fiber.next) yield fiber;
  }
}
