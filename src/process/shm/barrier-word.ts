import type { FiberCore } from "../../fiber/core.ts";
import { ready, type Step } from "../../fiber/fiber-state.ts";
import { Op } from "../../fiber/wait.ts";
import { BrokenBarrierError } from "../../sync/broken-barrier-error.ts";
import { WaitingPlace } from "../../sync/place.ts";
import { fault } from "../fault.ts";
import { atomics } from "./atomics.ts";
import {
  acting,
  arrivedIn,
  asNew,
  breakRound,
  broken,
  howEnded,
  isActing,
  isBroken,
  passed,
  roundOf,
  withPart,
} from "./barrier-state.ts";
import { Hall } from "./hall.ts";
import { labelOf } from "./label.ts";
import { CELL_WORDS, HALL_CELLS, MET, PARTIES, STATE } from "./layout.ts";
import type { Member } from "./member.ts";

/** In place of a number: an action was running. Come again. */
export const LATE = -1;

/** Where so many fibers of several processes meet. The end of a process that takes part breaks it. */
export class BarrierWord extends Hall<MetPlace> {
  static create(member: Member, parties: number): BarrierWord {
    const cell = member.arena.allocate(HALL_CELLS, MET);
    atomics.store(member.words, cell * CELL_WORDS + PARTIES, parties);
    return BarrierWord.at(member, cell);
  }

  static at(member: Member, cell: number): BarrierWord {
    return member.roomAt(cell, () => new BarrierWord(member, cell));
  }

  get parties(): number {
    return atomics.load(this.words, this.at + PARTIES);
  }

  get state(): number {
    return atomics.load(this.words, this.at + STATE);
  }

  /** How many have arrived in this round. */
  get arrived(): number {
    return arrivedIn(this.state);
  }

  get broken(): boolean {
    return isBroken(this.state);
  }

  abort(): void {
    this.#change(broken);
  }

  reset(): void {
    this.#change(asNew);
  }

  /** Lets a round go on whose action is over; false if it was broken meanwhile. */
  complete(round: number): boolean {
    for (;;) {
      const { state } = this;
      if (roundOf(state) !== round) return false;
      if (!this.swap(state, passed(state))) continue;
      fault?.("barrier.passed");
      this.#tell();
      return true;
    }
  }

  /** Breaks a round; nothing happens if it is over. */
  break(round: number): void {
    if (breakRound(this.words, this.at, round)) this.#tell();
  }

  rung(): void {
    const { state } = this;
    for (const place of this.places) {
      const how = howEnded(state, place.round);
      if (how === undefined || !this.leave(place)) continue;
      if (place.index !== LATE) this.takePart(place.round, -1);
      place.settle(how);
    }
  }

  /** Gives the cells back: no process may use the barrier any more. */
  free(): void {
    this.member.closeRoom(this.cell);
    this.member.arena.free(this.cell, HALL_CELLS);
  }

  /** Only this process writes its desk while it lives. @internal */
  takePart(round: number, by: 1 | -1): void {
    const word = atomics.load(this.words, this.desk);
    atomics.store(this.words, this.desk, withPart(word, round, by));
  }

  /** @internal */
  swap(from: number, to: number): boolean {
    return atomics.compareExchange(this.words, this.at + STATE, from, to) === from;
  }

  /** @internal */
  enlist(place: MetPlace): void {
    this.join(place);
  }

  /** @internal */
  withdraw(place: MetPlace): void {
    if (!this.leave(place) || place.index === LATE) return;
    this.takePart(place.round, -1);
    // The others would wait for it for ever.
    this.break(place.round);
  }

  #change(next: (state: number) => number): void {
    for (;;) {
      const { state } = this;
      if (!this.swap(state, next(state))) continue;
      return this.#tell();
    }
  }

  #tell(): void {
    this.ringOthers();
    this.rung();
  }
}

/** Arrives, and waits for the others if there are more to come. One run of a wait. */
export class Arrive extends Op<number> {
  /** Which round it is that it is the last one of, and whose action it has to run. */
  round = 0;
  readonly #barrier: BarrierWord;
  readonly #hasAction: boolean;

  constructor(barrier: BarrierWord, hasAction: boolean) {
    super();
    this.#barrier = barrier;
    this.#hasAction = hasAction;
  }

  begin(fiber: FiberCore): Step {
    const barrier = this.#barrier;
    const place = new MetPlace(fiber, barrier);
    // In line before it is counted: whoever completes the round has to see it.
    barrier.enlist(place);
    for (;;) {
      const { state } = barrier;
      if (isBroken(state)) throw this.#refused(place);
      place.round = roundOf(state);
      if (isActing(state)) return fiber.parkOn(place);
      if (arrivedIn(state) === barrier.parties - 1) {
        // Out of line before the others are told: it is not to be woken.
        barrier.withdraw(place);
        if (this.#isLast(place.round, state)) return ready(barrier.parties - 1);
        barrier.enlist(place);
        continue;
      }
      barrier.takePart(place.round, 1);
      fault?.("barrier.counted");
      if (barrier.swap(state, state + 1)) {
        place.index = arrivedIn(state);
        fault?.("barrier.arrived");
        return fiber.parkOn(place);
      }
      barrier.takePart(place.round, -1);
    }
  }

  #isLast(round: number, state: number): boolean {
    const barrier = this.#barrier;
    this.round = round;
    if (!this.#hasAction) return barrier.complete(round);
    barrier.takePart(round, 1);
    if (barrier.swap(state, acting(state))) {
      fault?.("barrier.acting");
      return true;
    }
    barrier.takePart(round, -1);
    return false;
  }

  #refused(place: MetPlace): BrokenBarrierError {
    this.#barrier.withdraw(place);
    return brokenBarrier("is broken");
  }
}

class MetPlace extends WaitingPlace {
  round = 0;
  /** How many had arrived before it. */
  index: number = LATE;
  readonly #barrier: BarrierWord;

  constructor(fiber: FiberCore, barrier: BarrierWord) {
    super(fiber);
    this.#barrier = barrier;
  }

  serve(): void {
    this.waiter.wake(this.index);
  }

  settle(how: "passed" | "broken"): void {
    if (how === "passed" || this.index === LATE) this.serve();
    else this.waiter.wakeThrowing(brokenBarrier("was broken while this one waited"));
  }

  override cancel(): boolean {
    this.#barrier.withdraw(this);
    return true;
  }

  describe(): string {
    const { arrived, parties, cell } = this.#barrier;
    return `${labelOf(MET, cell)}.wait (${arrived} of ${parties} are there)`;
  }
}

export function brokenBarrier(how: string): BrokenBarrierError {
  return new BrokenBarrierError(`The barrier ${how}: reset() makes it as new`);
}
