import { WaiterList } from "../../internal/waiters.ts";
import { hub } from "../../scheduler/hub.ts";
import { Notifier } from "../../sync/notifier.ts";
import { type Place, WaitingPlace } from "../../sync/place.ts";
import { fault } from "../fault.ts";
import { atomics, isFar } from "./atomics.ts";
import { failAll } from "./fail-all.ts";
import { CELL_WORDS, STATE, WAITED_FOR } from "./layout.ts";
import type { Member, Room } from "./member.ts";
import { Spin } from "./spin.ts";
import { isRaised, lower, raise } from "./wait-mask.ts";

/**
 * An object of shared memory that fibers of several processes wait for. The memory
 * knows processes only: a bit for each that waits. The fibers of this process stand
 * in a line of their own.
 *
 * The bit is up while somebody stands in the line, save while a ring is on its way.
 * Who waits raises it first, marks the state with WAITED_FOR and looks at it after that;
 * who changes the state sees the mark, or is seen. Who lowers a bit rings its process.
 * One in which nobody waits by then, because its fiber was killed, passes the ring on;
 * one that is killed itself is swept, and then everybody looks again.
 */
export abstract class SharedRoom<P extends Place> implements Room {
  readonly member: Member;
  /** Which of the arena's cells it is: what another process opens it by. */
  readonly cell: number;
  protected readonly words: Int32Array<ArrayBuffer>;
  protected readonly at: number;
  protected readonly places: WaiterList<P> = new WaiterList();
  readonly #spin: Spin = new Spin();
  readonly #notifier: Notifier = new Notifier(
    () => this.#serveNext(),
    () => this.places.size,
  );

  constructor(member: Member, cell: number) {
    this.member = member;
    this.cell = cell;
    this.words = member.words;
    this.at = cell * CELL_WORDS;
  }

  /** Whether one who waits here could go on, as far as can be seen. */
  protected abstract isOpen(): boolean;
  /** Does for `place` what it waits for, if that can be done now. */
  protected abstract take(place: P): boolean;

  /** How many fibers of this process wait. */
  get waiting(): number {
    return this.places.size;
  }

  /** Puts a place in line. */
  protected join(place: P): P {
    this.places.push(place);
    if (this.places.size > 1) return place;
    try {
      this.member.enter(this);
      this.#raise();
      if (this.isOpen()) this.#notifier.notify();
    } catch (error) {
      // The memory is gone, and the error goes to the one who came.
      this.places.remove(place);
      throw error;
    }
    return place;
  }

  /** Takes a place out of the line that is not to be served any more. */
  leave(place: Place): void {
    if (this.places.remove(place as P)) this.left();
  }

  rung(): void {
    fault?.("room.rung");
    // While the bit was down only our being rung was owed to us: see the class.
    const wasRung = this.#raise();
    if (wasRung) this.calledFor();
    if (wasRung || this.isOpen()) this.#notifier.notify();
  }

  fail(error: unknown): void {
    this.member.exit(this);
    failAll(this.places, error);
  }

  /** It was rung because it was open then. */
  protected calledFor(): void {}

  /** Lets one fiber or process go on, now that it is open; `state` is the one before that. */
  protected opened(state: number): void {
    this.notify();
    if ((state & WAITED_FOR) !== 0) this.ringNext();
  }

  /** Lets fibers of this process go on, if there are any. */
  protected notify(): void {
    if (!this.places.isEmpty()) this.#notifier.notify();
  }

  /** Rings the next process that waits, each in its turn; false if there is none. One that has ended gets no ring. */
  protected ringNext(): boolean {
    return this.member.ringNext(this.at);
  }

  /** Looks for a moment whether another process is about to open it: only while nothing else is to be done. */
  protected spin(): boolean {
    if (hub.hasWork || !this.places.isEmpty() || isFar(this.words)) return false;
    return this.#spin.until(() => this.isOpen());
  }

  /** To be called when a place has left the line. */
  protected left(): void {
    if (!this.places.isEmpty()) return;
    this.member.exit(this);
    lower(this.words, this.at, this.member.slot);
    fault?.("room.left");
    // The ring that led here, or one that is still on its way, may have been for more than one.
    if (this.isOpen()) this.ringNext();
  }

  #serveNext(): boolean {
    const place = this.places.peek();
    if (place === undefined || !this.take(place)) return false;
    this.places.remove(place);
    this.left();
    place.serve();
    return true;
  }

  /** Says that this process waits; false if it was said already. */
  #raise(): boolean {
    const wasDown = raise(this.words, this.at, this.member.slot);
    fault?.("room.raised");
    atomics.or(this.words, this.at + STATE, WAITED_FOR);
    fault?.("room.marked");
    return wasDown;
  }
}

/** The place of a fiber in such a line. */
export abstract class RoomPlace extends WaitingPlace {
  protected abstract readonly room: { leave(place: Place): void };

  override cancel(): boolean {
    this.room.leave(this);
    return true;
  }
}

/** Whether the cell's bit of this process is up: for tests, which look for traces. */
export function isWaitedForIn(member: Member, cell: number): boolean {
  return isRaised(member.words, cell * CELL_WORDS, member.slot);
}
