import { ready, type Step } from "../../fiber/fiber-state.ts";
import type { Waiter } from "../../fiber/selectable.ts";
import { Acquire } from "../../sync/lockable.ts";
import { resume } from "../../sync/notifier.ts";
import { fault } from "../fault.ts";
import { atomics, peek } from "./atomics.ts";
import { labelOf } from "./label.ts";
import { BOUND, CELL_WORDS, PERMITTED, STATE } from "./layout.ts";
import type { Member } from "./member.ts";
import { RoomPlace, SharedRoom } from "./shared-room.ts";

/** As many permits as a word can count: Python's SEM_VALUE_MAX. The bit above is WAITED_FOR. */
export const MOST_PERMITS = 0x7fffffff;
const PERMITS = MOST_PERMITS;

/**
 * Permits between processes. A permit has no owner: another process than the one
 * that took it may put it back, so none comes back by itself when a process ends.
 */
export class SemaphoreWord extends SharedRoom<PermitPlace> {
  /** `yield* semaphore.acquire`: gives true. */
  readonly acquire: Acquire;

  /** One with `value` permits, which a release will not lift above `bound`. */
  static create(member: Member, value: number, bound: number = MOST_PERMITS): SemaphoreWord {
    const cell = member.arena.allocate(1, PERMITTED);
    atomics.store(member.words, cell * CELL_WORDS + STATE, value);
    atomics.store(member.words, cell * CELL_WORDS + BOUND, bound);
    return SemaphoreWord.at(member, cell);
  }

  static at(member: Member, cell: number): SemaphoreWord {
    return member.roomAt(cell, () => new SemaphoreWord(member, cell));
  }

  private constructor(member: Member, cell: number) {
    super(member, cell);
    this.acquire = new AcquirePermit(this);
  }

  /** How many permits are free. */
  get value(): number {
    return atomics.load(this.words, this.at + STATE) & PERMITS;
  }

  /** The most permits that it may have. */
  get bound(): number {
    return atomics.load(this.words, this.at + BOUND);
  }

  tryAcquire(): boolean {
    // A plain read may be late: whether it is shows at the exchange, and 0 is looked at twice.
    let state = peek(this.words, this.at + STATE);
    for (;;) {
      if ((state & PERMITS) === 0) state = atomics.load(this.words, this.at + STATE);
      if ((state & PERMITS) === 0) return false;
      const found = this.#swap(state, state - 1);
      if (found === state) {
        fault?.("semaphore.taken");
        return true;
      }
      state = found;
    }
  }

  /** Puts `count` permits back; false if there would be more than the bound. */
  release(count: number = 1): boolean {
    const most = peek(this.words, this.at + BOUND) - count;
    let state = peek(this.words, this.at + STATE);
    for (;;) {
      if ((state & PERMITS) > most) state = atomics.load(this.words, this.at + STATE);
      if ((state & PERMITS) > most) return false;
      const found = this.#swap(state, state + count);
      if (found === state) break;
      state = found;
    }
    fault?.("semaphore.released");
    this.opened(state);
    return true;
  }

  /** For reports. */
  describeValue(): string {
    return showPermits(this.value, this.bound);
  }

  /** Gives the cell back: no process may use the semaphore any more. */
  free(): void {
    this.member.closeRoom(this.cell);
    this.member.arena.free(this.cell, 1);
  }

  /** @internal */
  takeOrSpin(): boolean {
    return this.tryAcquire() || (this.spin() && this.tryAcquire());
  }

  /** @internal */
  enlist(waiter: Waiter): PermitPlace {
    return this.join(new PermitPlace(waiter, this));
  }

  protected isOpen(): boolean {
    return this.value > 0;
  }

  protected take(): boolean {
    return this.tryAcquire();
  }

  #swap(from: number, to: number): number {
    return atomics.compareExchange(this.words, this.at + STATE, from, to);
  }
}

export function showPermits(value: number, bound: number): string {
  return bound === MOST_PERMITS ? `${value} free` : `${value} of ${bound} free`;
}

class AcquirePermit extends Acquire {
  readonly #semaphore: SemaphoreWord;

  constructor(semaphore: SemaphoreWord) {
    super();
    this.#semaphore = semaphore;
  }

  poll(): Step | undefined {
    return this.#semaphore.takeOrSpin() ? ready(true) : undefined;
  }

  enlist(waiter: Waiter): PermitPlace {
    return this.#semaphore.enlist(waiter);
  }
}

class PermitPlace extends RoomPlace {
  protected readonly room: SemaphoreWord;

  constructor(waiter: Waiter, semaphore: SemaphoreWord) {
    super(waiter);
    this.room = semaphore;
  }

  serve(): void {
    resume(this.waiter, true);
  }

  describe(): string {
    return `${labelOf(PERMITTED, this.room.cell)}.acquire (${this.room.describeValue()})`;
  }
}
