import type { Fiber } from "../fiber/fiber.ts";
import type { FiberState, Observer } from "../fiber/fiber-state.ts";
import { valueOf } from "../fiber/join.ts";
import type { Thrown } from "../fiber/outcome.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import { Ring } from "../internal/ring.ts";
import type { Parked } from "../scheduler/park.ts";
import type { Feeder } from "./feeder.ts";
import { type Customer, memberFeeder } from "./group-feeder.ts";
import type { Roll } from "./group-roll.ts";
import type { Work } from "./group-work.ts";
import { END, type Order, type Readable, Readers, type Reading } from "./imap-readers.ts";
import type { Results } from "./imap-results.ts";
import type { Zip } from "./zip.ts";

/** Few iterations have more that is begun and unread; the ring grows. */
const INITIAL_UNREAD = 16;

/** The results of a source that goes through a group: owns what has begun and was not read. */
export class Imap implements Results<unknown>, Customer, Readable {
  readonly #feeder: Feeder;
  readonly #order: Order;
  readonly #maxsize: number;
  readonly #readers: Readers = new Readers(this);
  /** Those that have begun and not ended. */
  readonly #atWork: Set<Fiber> = new Set();
  /** In the order in which they are read: all that have begun, or those of them that have ended. */
  #inOrder: Ring<Fiber> = new Ring(INITIAL_UNREAD);
  /** How many have begun and were not read. */
  #unread = 0;
  #isOver = false;
  /** What the source threw: for the reader, behind all results. */
  #failure: Thrown | undefined;

  constructor(roll: Roll, work: Work, zip: Zip, order: Order, maxsize: number) {
    this.#feeder = memberFeeder(roll, work, zip, this);
    this.#order = order;
    this.#maxsize = maxsize;
  }

  next(): Wait<IteratorResult<unknown, undefined>, unknown> {
    return this.#readers.next;
  }

  return(): Wait<IteratorResult<unknown, undefined>, unknown> {
    return script(returned, this as Imap, this.#feeder);
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    return this as unknown as AsyncIterator<unknown>;
  }

  [Symbol.dispose](): void {
    this.drop();
    this.#feeder.stop();
  }

  /** Nobody reads any more. A member's failure is no longer seen by anybody here. */
  drop(): void {
    for (const member of this.#atWork) member.unobserve(this.#watch);
    this.#atWork.clear();
    this.#inOrder = new Ring(INITIAL_UNREAD);
    this.#unread = 0;
    this.#isOver = true;
    this.#failure = undefined;
    this.#readers.serve();
  }

  // --- For the readers

  wanted(): void {
    this.#feeder.feed();
  }

  take(): Reading | undefined {
    const member = this.#takeMember();
    if (member !== undefined) return member.failure ?? { done: false, value: valueOf(member) };
    if (!this.#isOver || this.#unread > 0) return undefined;
    const failure = this.#failure;
    this.#failure = undefined;
    return failure ?? END;
  }

  describe(): string {
    return `imap (${this.holders.length} at work)`;
  }

  get holders(): readonly Parked[] {
    return this.#atWork.size > 0 ? [...this.#atWork] : this.#feeder.holders;
  }

  // --- For the feeder

  hasRoom(): boolean {
    return this.#unread < this.#maxsize;
  }

  begun(member: Fiber): void {
    if (this.#isOver) return;
    this.#unread++;
    this.#atWork.add(member);
    if (this.#order === "items") this.#inOrder.push(member);
    member.observe(this.#watch);
  }

  over(failure: Thrown | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = failure;
    this.#readers.serve();
  }

  // --- What is read

  readonly #watch: Observer = {
    observes: true,
    prompt: true,
    settled: (member: FiberState) => this.#ended(member as Fiber),
  };

  #ended(member: Fiber): void {
    this.#atWork.delete(member);
    if (this.#order === "completion") this.#inOrder.push(member);
    this.#readers.serve();
  }

  #takeMember(): Fiber | undefined {
    const first = this.#inOrder.shift();
    if (first === undefined) return undefined;
    if (!first.dead) {
      this.#inOrder.unshift(first);
      return undefined;
    }
    this.#unread--;
    this.#feeder.feed();
    return first;
  }
}

function* returned(imap: Imap, feeder: Feeder): Generator<Yieldable, typeof END, never> {
  imap.drop();
  yield* feeder.close();
  return END;
}
