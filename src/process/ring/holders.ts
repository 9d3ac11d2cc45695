import { atomics, loadMany } from "../shm/atomics.ts";
import { CELL_WORDS, WAITED } from "../shm/layout.ts";
import type { Member } from "../shm/member.ts";
import { lower, raise, someRaised } from "../shm/wait-mask.ts";

/** Words of the cell behind its mask: one for each time that it is sent, until it has arrived. */
const FIRST_TICKET = 5;
const SLOT_BITS = 8;
const SLOT_MASK = 0xff;

/** Says that what is on its way has arrived. */
export interface Ticket {
  readonly word: number;
  readonly value: number;
}

let serial = 0;

/**
 * Which processes have something open: a bit for each, in the mask of a cell, which
 * goes when the process ends. What is on its way to another process is held as well,
 * as long as the one lives that has sent it.
 */
export class Holders {
  readonly cell: number;
  readonly #member: Member;
  readonly #words: Int32Array;
  readonly #at: number;

  static create(member: Member): Holders {
    return new Holders(member, member.arena.allocate(1, WAITED));
  }

  constructor(member: Member, cell: number) {
    this.cell = cell;
    this.#member = member;
    this.#words = member.words;
    this.#at = cell * CELL_WORDS;
  }

  /** This process has it open. */
  add(): void {
    raise(this.#words, this.#at, this.#member.slot);
  }

  /** This process has closed it. */
  remove(): void {
    lower(this.#words, this.#at, this.#member.slot);
  }

  get isHeld(): boolean {
    return someRaised(this.#words, this.#at) || this.#isOnItsWay;
  }

  /** It is sent. With more than some on their way at a time the others do not count. */
  send(): Ticket {
    serial = (serial + 1) & 0x7fffff;
    const value = (this.#member.slot + 1) | (serial << SLOT_BITS);
    for (let word = FIRST_TICKET; word < CELL_WORDS; word++) {
      const found = atomics.compareExchange(this.#words, this.#at + word, 0, value);
      if (found === 0 || this.#replace(word, found, value)) return { word, value };
    }
    return { word: FIRST_TICKET, value: 0 };
  }

  /** False if it was said before. */
  arrived({ word, value }: Ticket): boolean {
    if (value === 0) return false;
    return atomics.compareExchange(this.#words, this.#at + word, value, 0) === value;
  }

  get #isOnItsWay(): boolean {
    const first = this.#at + FIRST_TICKET;
    for (const value of loadMany(this.#words, first, 1, CELL_WORDS - FIRST_TICKET)) {
      if (value !== 0 && this.#isSenderThere(value)) return true;
    }
    return false;
  }

  /** Tickets of those who have ended are void. */
  #replace(word: number, found: number, value: number): boolean {
    if (this.#isSenderThere(found)) return false;
    return atomics.compareExchange(this.#words, this.#at + word, found, value) === found;
  }

  #isSenderThere(value: number): boolean {
    return this.#member.table.pidIn((value & SLOT_MASK) - 1) !== 0;
  }
}
