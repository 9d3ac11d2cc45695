import type { Fiber } from "../fiber/fiber.ts";
import type { Origin } from "../fiber/origin.ts";
import type { Thrown } from "../fiber/outcome.ts";
import type { Yieldable } from "../fiber/wait.ts";
import { type Eater, Feeder } from "./feeder.ts";
import { Enter } from "./group-entry.ts";
import type { Roll } from "./group-roll.ts";
import type { Work } from "./group-work.ts";
import type { Zip } from "./zip.ts";

/** Whoever has items worked on by members. */
export interface Customer {
  /** Whether one more may begin now. */
  hasRoom(): boolean;
  begun(member: Fiber): void;
  /** No more will begin: the source is at its end, or failed. */
  over(failure: Thrown | undefined): void;
}

/** Begins a member for each item of a source, in a fiber that takes no place in the group. */
export function memberFeeder(roll: Roll, work: Work, zip: Zip, customer: Customer): Feeder {
  return new Feeder(zip, new MemberMaker(roll, work, zip, customer));
}

/** Where the first reader was: there all goes on, though it may be a member's end that says so. */
interface Origins {
  readonly helper: Origin;
  readonly member: Origin;
}

class MemberMaker implements Eater {
  readonly #roll: Roll;
  readonly #work: Work;
  readonly #zip: Zip;
  readonly #customer: Customer;
  #known: Origins | undefined;

  constructor(roll: Roll, work: Work, zip: Zip, customer: Customer) {
    this.#roll = roll;
    this.#work = work;
    this.#zip = zip;
    this.#customer = customer;
  }

  origin(): Origin {
    return this.#origins.helper;
  }

  hired(fiber: Fiber): void {
    this.#roll.employ(fiber, this.#roll.feeders, this.#roll.lent);
  }

  hasRoom(): boolean {
    return this.#customer.hasRoom();
  }

  *eat(): Generator<Yieldable, boolean, never> {
    const args = yield* this.#zip.next();
    if (args === undefined) return false;
    const member = this.#work.member(args, this.#origins.member);
    yield* new Enter(this.#roll, member);
    this.#customer.begun(member);
    return true;
  }

  over(failure: Thrown | undefined): void {
    this.#customer.over(failure);
  }

  get #origins(): Origins {
    this.#known ??= { helper: this.#work.origin("imap"), member: this.#work.origin() };
    return this.#known;
  }
}
