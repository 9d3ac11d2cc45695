import { DAEMON, GUEST, type Runnable } from "./task.ts";

/** Somebody who waits until no fiber is left. */
export interface Drain {
  /** Whether it is one of the fibers itself. */
  readonly isFiber: boolean;
  /** Whether guests are waited for, too: not where they may wait for the drain themselves. */
  readonly withGuests: boolean;
  drained(): void;
}

/** The live fibers, oldest first: an intrusive list, so that a spawn allocates no entry. */
export class Roster {
  #first: Runnable | undefined;
  #last: Runnable | undefined;
  #waitedFor = 0;
  #guests = 0;
  #drains: Drain[] = [];

  /** How many live fibers the program waits for: all but the daemons. */
  get waitedFor(): number {
    return this.#waitedFor;
  }

  isEmpty(): boolean {
    return this.#first === undefined;
  }

  add(fiber: Runnable): void {
    this.#count(fiber, 1);
    fiber.previous = this.#last;
    if (this.#last === undefined) this.#first = fiber;
    else this.#last.next = fiber;
    this.#last = fiber;
  }

  remove(fiber: Runnable): void {
    this.#count(fiber, -1);
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
    const drained = this.#takeDrained();
    for (const each of drained) if (each !== drain) each.drained();
    return drained.includes(drain);
  }

  forgetDrain(drain: Drain): void {
    this.#drains = this.#drains.filter((each) => each !== drain);
  }

  #count(fiber: Runnable, by: 1 | -1): void {
    if ((fiber.flags & (DAEMON | GUEST)) === 0) {
      this.#waitedFor += by;
      return;
    }
    if ((fiber.flags & DAEMON) !== 0) return;
    this.#waitedFor += by;
    this.#guests += by;
  }

  #checkDrains(): void {
    for (const drain of this.#takeDrained()) drain.drained();
  }

  /** Takes out whoever has waited long enough. */
  #takeDrained(): Drain[] {
    // Those that wait for the drain must not wait for each other.
    const draining = this.#drains.filter((drain) => drain.isFiber).length;
    const left = this.#waitedFor - draining;
    const isDrained = (drain: Drain) => left <= (drain.withGuests ? 0 : this.#guests);
    const drained = this.#drains.filter(isDrained);
    if (drained.length > 0) this.#drains = this.#drains.filter((drain) => !isDrained(drain));
    return drained;
  }

  /** Safe while fibers come; collect them first where some may go. */
  *[Symbol.iterator](): Generator<Runnable, void, undefined> {
    for (let fiber = this.#first; fiber !== undefined; fiber = fiber.next) yield fiber;
  }
}
