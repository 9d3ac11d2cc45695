import { WaiterList } from "../../internal/waiters.ts";
import type { Place } from "../../sync/place.ts";
import { failAll } from "./fail-all.ts";
import { CELL_WORDS, desk } from "./layout.ts";
import type { Member, Room } from "./member.ts";
import { allRaised, lower, raise } from "./wait-mask.ts";

/**
 * Where fibers of several processes wait whose number counts: each process has a
 * word of its own, its desk, that says how many it has there. A process that ends
 * leaves a desk by which the others see what it took part in.
 *
 * The bit of a process is up while one of its fibers stands in line. A ring says no
 * more than that something has changed: it may come twice, or for nothing.
 */
export abstract class Hall<P extends Place> implements Room {
  readonly member: Member;
  readonly cell: number;
  protected readonly words: Int32Array<ArrayBuffer>;
  protected readonly at: number;
  /** Where our own desk is. */
  protected readonly desk: number;
  protected readonly places: WaiterList<P> = new WaiterList();

  constructor(member: Member, cell: number) {
    this.member = member;
    this.cell = cell;
    this.words = member.words;
    this.at = cell * CELL_WORDS;
    this.desk = desk(this.at, member.slot);
  }

  abstract rung(): void;

  fail(error: unknown): void {
    this.member.exit(this);
    failAll(this.places, error);
  }

  /** How many fibers of this process stand in line. */
  get standing(): number {
    return this.places.size;
  }

  /** Puts a place in line. To be called before others can see that it waits. */
  protected join(place: P): void {
    this.places.push(place);
    if (this.places.size > 1) return;
    try {
      this.member.enter(this);
      raise(this.words, this.at, this.member.slot);
    } catch (error) {
      // The memory is gone, and the error goes to the one who came.
      this.places.remove(place);
      throw error;
    }
  }

  /** Takes a place out of the line; false if it is in it no more. */
  protected leave(place: P): boolean {
    if (!this.places.remove(place)) return false;
    if (!this.places.isEmpty()) return true;
    this.member.exit(this);
    lower(this.words, this.at, this.member.slot);
    return true;
  }

  /** Rings every other process that has somebody in line. */
  protected ringOthers(): void {
    for (const slot of allRaised(this.words, this.at)) {
      if (slot !== this.member.slot) this.member.ring(slot);
    }
  }
}
