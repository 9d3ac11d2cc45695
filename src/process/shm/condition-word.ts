import type { FiberCore } from "../../fiber/core.ts";
import type { Step } from "../../fiber/fiber-state.ts";
import type { Waiter } from "../../fiber/selectable.ts";
import { Op } from "../../fiber/wait.ts";
import { WaitingPlace } from "../../sync/place.ts";
import { fault } from "../fault.ts";
import { atomics } from "./atomics.ts";
import {
  addWaiting,
  calledIn,
  callNext,
  MOST_WAITING,
  removeCall,
  removeWaiting,
} from "./calls.ts";
import { Hall } from "./hall.ts";
import { labelOf } from "./label.ts";
import { CALLED, HALL_CELLS } from "./layout.ts";
import type { LockWord } from "./lock-word.ts";
import type { Member } from "./member.ts";

/**
 * Where fibers of several processes wait to be called, each process in its turn and
 * in it the longest waiting first. Who calls waits for nobody. A call is over when
 * the one who was called has the lock again: if its process ends before, or it is
 * killed, another one is called.
 */
export class ConditionWord extends Hall<CalledPlace> {
  /** Those who were called and know it, but do not have the lock again. */
  #told = 0;

  static create(member: Member): ConditionWord {
    return ConditionWord.at(member, member.arena.allocate(HALL_CELLS, CALLED));
  }

  static at(member: Member, cell: number): ConditionWord {
    return member.roomAt(cell, () => new ConditionWord(member, cell));
  }

  /** Calls so many of those who wait; Infinity calls all. */
  notify(count: number): void {
    for (let left = count; left > 0; ) {
      const called = callNext(this.words, this.at, left);
      if (called === undefined) return;
      fault?.("condition.called");
      left -= called.count;
      if (called.slot === this.member.slot) this.rung();
      else this.member.ring(called.slot);
    }
  }

  rung(): void {
    while (calledIn(atomics.load(this.words, this.desk)) > this.#told) {
      const place = this.places.peek();
      if (place === undefined) return;
      this.leave(place);
      this.#told++;
      fault?.("condition.told");
      place.serve();
    }
  }

  /** Gives the cells back: no process may use the condition any more. */
  free(): void {
    this.member.closeRoom(this.cell);
    this.member.arena.free(this.cell, HALL_CELLS);
  }

  /** One who was called has the lock again. */
  answered(): void {
    this.#told--;
    removeCall(this.words, this.desk);
    fault?.("condition.answered");
  }

  /** @internal */
  enlist(place: CalledPlace): void {
    if (!addWaiting(this.words, this.desk)) {
      throw new RangeError(
        `Cannot wait: ${MOST_WAITING} fibers of this process wait for the condition already`,
      );
    }
    fault?.("condition.waiting");
    this.join(place);
  }

  /** Who is not to be called any more leaves; a call that is on its way to it goes to another. @internal */
  withdraw(place: CalledPlace): void {
    if (!this.leave(place) || removeWaiting(this.words, this.desk)) return;
    removeCall(this.words, this.desk);
    this.notify(1);
  }
}

/** Releases a lock and waits to be called, without a gap between the two. One run of a wait. */
export class Called extends Op<boolean> {
  /** How often the lock has to be acquired again. */
  levels = 0;
  wasCalled = false;
  readonly #lock: LockWord;
  readonly #condition: ConditionWord;

  constructor(lock: LockWord, condition: ConditionWord) {
    super();
    this.#lock = lock;
    this.#condition = condition;
  }

  begin(fiber: FiberCore): Step {
    const place = new CalledPlace(fiber, this, this.#condition);
    this.#condition.enlist(place);
    this.levels = this.#lock.releaseAll();
    fault?.("condition.released");
    return fiber.parkOn(place);
  }
}

class CalledPlace extends WaitingPlace {
  readonly #call: Called;
  readonly #condition: ConditionWord;

  constructor(waiter: Waiter, call: Called, condition: ConditionWord) {
    super(waiter);
    this.#call = call;
    this.#condition = condition;
  }

  serve(): void {
    this.#call.wasCalled = true;
    this.waiter.wake(true);
  }

  override cancel(): boolean {
    this.#condition.withdraw(this);
    return true;
  }

  describe(): string {
    return `${labelOf(CALLED, this.#condition.cell)}.wait`;
  }
}
