import { Fiber } from "../fiber/fiber.ts";
import type { FiberState, Observer } from "../fiber/fiber-state.ts";
import { killCores } from "../fiber/kill.ts";
import type { Origin } from "../fiber/origin.ts";
import type { Thrown } from "../fiber/outcome.ts";
import { begin } from "../fiber/spawn.ts";
import type { Yieldable } from "../fiber/wait.ts";
import { holdersOf } from "../scheduler/deadlock.ts";
import type { Parked } from "../scheduler/park.ts";
import { DAEMON } from "../scheduler/task.ts";
import { Enter } from "./group-entry.ts";
import type { Roll } from "./group-roll.ts";
import type { Work } from "./group-work.ts";
import type { Zip } from "./zip.ts";

/** Where the first reader was: there all goes on, though it may be a member's end that says so. */
interface Origins {
  readonly helper: Origin;
  readonly member: Origin;
}

/** Whoever has items worked on. */
export interface Customer {
  /** Whether one more may begin now. */
  hasRoom(): boolean;
  begun(member: Fiber): void;
  /** No more will begin: the source is at its end, or failed. */
  over(failure: Thrown | undefined): void;
}

/**
 * Begins a member for each item of a source, in a fiber that takes no place in
 * the group. That ends as soon as the customer wants no more for the time being,
 * and another one goes on later: nobody is left waiting for one who never comes back.
 */
export class Feeder {
  readonly #roll: Roll;
  readonly #work: Work;
  readonly #zip: Zip;
  readonly #customer: Customer;
  #fiber: Fiber | undefined;
  #origins: Origins | undefined;
  #closer: Fiber | undefined;
  #isOver = false;

  constructor(roll: Roll, work: Work, zip: Zip, customer: Customer) {
    this.#roll = roll;
    this.#work = work;
    this.#zip = zip;
    this.#customer = customer;
  }

  /** Goes on, unless it is at it. */
  feed(): void {
    if (this.#isOver || this.#fiber !== undefined || !this.#customer.hasRoom()) return;
    this.#origins ??= { helper: this.#work.origin("imap"), member: this.#work.origin() };
    const fiber = helper(this.#feeding(this.#origins.member), this.#origins.helper);
    this.#fiber = fiber;
    this.#roll.employ(fiber, this.#roll.feeders, this.#roll.lent);
    fiber.observe(this.#watch);
    begin(fiber);
  }

  *#feeding(origin: Origin): Generator<Yieldable, void, never> {
    while (!this.#isOver && this.#customer.hasRoom()) {
      const args = yield* this.#zip.next();
      if (args === undefined) {
        this.#isOver = true;
        return;
      }
      const member = this.#work.member(args, origin);
      yield* new Enter(this.#roll, member);
      this.#customer.begun(member);
    }
  }

  /** Takes no more items and closes the source. */
  *close(): Generator<Yieldable, void, never> {
    const fiber = this.#fiber;
    this.stop();
    if (fiber !== undefined) yield* fiber.join();
    if (this.#closer !== undefined) yield* this.#closer.get();
  }

  stop(): void {
    this.#isOver = true;
    if (this.#fiber === undefined) this.#closeSource();
    else void killCores([this.#fiber]);
  }

  /** Who goes on before it does. */
  get holders(): readonly Parked[] {
    return this.#fiber === undefined ? [] : holdersOf(this.#fiber);
  }

  readonly #watch: Observer = {
    observes: true,
    prompt: true,
    settled: ({ failure }: FiberState) => {
      this.#fiber = undefined;
      if (failure !== undefined) this.#isOver = true;
      if (!this.#isOver) return;
      this.#closeSource();
      this.#customer.over(failure);
    },
  };

  #closeSource(): void {
    if (this.#closer !== undefined || !this.#zip.isOpen) return;
    const origin = this.#origins?.helper ?? this.#work.origin("imap");
    this.#closer = begin(helper(this.#zip.close(), origin));
  }
}

/** A daemon: it works for a reader, who alone keeps the program alive. */
function helper(body: Generator<Yieldable, void, never>, origin: Origin): Fiber<never, never> {
  const fiber = new Fiber<never, never>(body, undefined, origin);
  fiber.flags |= DAEMON;
  return fiber;
}
