import { ready, type Step } from "../../fiber/fiber-state.ts";
import { SelectableOp, type Waiter } from "../../fiber/selectable.ts";
import { hub } from "../../scheduler/hub.ts";
import { resume } from "../../sync/notifier.ts";
import { Place } from "../../sync/place.ts";
import { fault } from "../fault.ts";
import { atomics } from "./atomics.ts";
import { labelOf } from "./label.ts";
import { FLAGGED, STATE, WAITED_FOR } from "./layout.ts";
import type { Member } from "./member.ts";
import { RoomPlace, SharedRoom } from "./shared-room.ts";

/** Whether it is set; the bits above count how often it was, and the last one is WAITED_FOR. */
export const IS_SET = 1;
const ONE_TIME = 2;
const TIMES: number = ~(IS_SET | WAITED_FOR);

/**
 * A flag between processes. It counts how often it was set, so that who waited goes
 * on even if it is cleared before that process is told; nobody waits for an answer.
 */
export class EventWord extends SharedRoom<EventPlace | LinkPlace> {
  /** `yield* event.wait`: gives true. */
  readonly wait: SelectableOp<boolean>;

  static create(member: Member): EventWord {
    return EventWord.at(member, member.arena.allocate(1, FLAGGED));
  }

  static at(member: Member, cell: number): EventWord {
    return member.roomAt(cell, () => new EventWord(member, cell));
  }

  private constructor(member: Member, cell: number) {
    super(member, cell);
    this.wait = new EventWait(this);
  }

  isSet(): boolean {
    return (this.#state & IS_SET) !== 0;
  }

  /** How often it was set, modulo 2 ** 30: whoever notes it can see later whether it was since. */
  get generation(): number {
    return (this.#state & TIMES) / ONE_TIME;
  }

  /** Lets everybody go on. Setting it twice is nothing. */
  set(): void {
    if (!this.isSet()) this.#count(IS_SET);
  }

  /** Lets everybody go on who waits now, and nobody later: for conditions. */
  pulse(): void {
    this.#count(0);
  }

  /** From now on `wait` waits again. */
  clear(): void {
    atomics.and(this.words, this.at + STATE, ~IS_SET);
  }

  /** Calls `run` once when it is set, as a task of its own, unless the place leaves the line before. */
  link(run: () => void): LinkPlace {
    const place = new LinkPlace(this, run);
    this.join(place);
    return place;
  }

  /** Gives the cell back: no process may use the event any more. */
  free(): void {
    this.member.closeRoom(this.cell);
    this.member.arena.free(this.cell, 1);
  }

  /** @internal */
  spinUntilSet(): boolean {
    return this.isSet() || (this.spin() && this.isSet());
  }

  /** @internal */
  enlist(waiter: Waiter): EventPlace {
    const place = new EventPlace(waiter, this);
    this.join(place);
    return place;
  }

  protected isOpen(): boolean {
    const first = this.places.peek();
    return this.isSet() || (first !== undefined && this.take(first));
  }

  protected take(place: { readonly generation: number }): boolean {
    return this.isSet() || place.generation !== this.generation;
  }

  get #state(): number {
    return atomics.load(this.words, this.at + STATE);
  }

  #count(flag: number): void {
    for (;;) {
      const state = this.#state;
      const next = ((state + ONE_TIME) & TIMES) | (state & (IS_SET | WAITED_FOR)) | flag;
      if (atomics.compareExchange(this.words, this.at + STATE, state, next) !== state) continue;
      fault?.("event.set");
      this.notify();
      if ((state & WAITED_FOR) !== 0) while (this.ringNext());
      return;
    }
  }
}

class EventWait extends SelectableOp<boolean> {
  readonly #event: EventWord;

  constructor(event: EventWord) {
    super();
    this.#event = event;
  }

  poll(): Step | undefined {
    return this.#event.spinUntilSet() ? ready(true) : undefined;
  }

  enlist(waiter: Waiter): EventPlace {
    return this.#event.enlist(waiter);
  }
}

class EventPlace extends RoomPlace {
  /** How often it had been set when this one came. */
  readonly generation: number;
  protected readonly room: EventWord;

  constructor(waiter: Waiter, event: EventWord) {
    super(waiter);
    this.room = event;
    this.generation = event.generation;
  }

  serve(): void {
    resume(this.waiter, true);
  }

  describe(): string {
    return `${labelOf(FLAGGED, this.room.cell)}.wait`;
  }
}

/** The place of a callback. */
class LinkPlace extends Place {
  readonly generation: number;
  readonly #run: () => void;

  constructor(event: EventWord, run: () => void) {
    super();
    this.generation = event.generation;
    this.#run = run;
  }

  serve(): void {
    hub.push(this.#run);
  }
}
