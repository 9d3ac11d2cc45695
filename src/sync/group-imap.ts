import type { FiberCore } from "../fiber/core.ts";
import type { Fiber } from "../fiber/fiber.ts";
import { type FiberState, type Observer, ready, type Step } from "../fiber/fiber-state.ts";
import { valueOf } from "../fiber/join.ts";
import type { Thrown } from "../fiber/outcome.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import { Ring } from "../internal/ring.ts";
import { WaiterList, WaiterNode } from "../internal/waiters.ts";
import type { Park, Parked } from "../scheduler/park.ts";
import { type Customer, Feeder } from "./group-feeder.ts";
import type { Roll } from "./group-roll.ts";
import type { Work } from "./group-work.ts";
import type { Results } from "./imap-results.ts";
import type { Zip } from "./zip.ts";

/** How results are ordered: as their items are, or as they come. */
export type Order = "items" | "completion";

/** Few iterations have more that is begun and unread; the ring grows. */
const INITIAL_UNREAD = 16;

const END: { done: true; value: undefined } = { done: true, value: undefined };

/** The results of a source that goes through a group: owns what has begun and was not read. */
export class Imap implements Results<unknown>, Customer {
  readonly #feeder: Feeder;
  readonly #order: Order;
  readonly #maxsize: number;
  readonly #next: Next = new Next(this);
  readonly #readers: WaiterList<Reader> = new WaiterList();
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
    this.#feeder = new Feeder(roll, work, zip, this);
    this.#order = order;
    this.#maxsize = maxsize;
  }

  next(): Wait<IteratorResult<unknown, undefined>, unknown> {
    return this.#next;
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
    this.#serve();
  }

  /** The step of a reader; `undefined` if it has to wait. */
  read(fiber: FiberCore): Step | undefined {
    this.#feeder.feed();
    const outcome = this.#take();
    if (outcome === undefined) return undefined;
    if ("error" in outcome) throw fiber.failing(outcome);
    return ready(outcome);
  }

  enlist(waiter: Waiter): Park {
    const reader = new Reader(this, waiter);
    this.#readers.push(reader);
    return reader;
  }

  /** Whom a reader waits for. */
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
    this.#serve();
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
    this.#serve();
  }

  #serve(): void {
    while (!this.#readers.isEmpty()) {
      const outcome = this.#take();
      if (outcome === undefined) return;
      const { waiter } = this.#readers.shift() as Reader;
      if ("error" in outcome) waiter.wakeFailed(outcome);
      else waiter.wake(outcome);
    }
  }

  /** What the next reader is given, if it need not wait for it. */
  #take(): IteratorResult<unknown, undefined> | Thrown | undefined {
    const member = this.#takeMember();
    if (member !== undefined) return member.failure ?? { done: false, value: valueOf(member) };
    if (!this.#isOver || this.#unread > 0) return undefined;
    const failure = this.#failure;
    this.#failure = undefined;
    return failure ?? END;
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

/** Keeps no state: the iteration has one. */
class Next extends SelectableOp<IteratorResult<unknown, undefined>, unknown> {
  readonly #imap: Imap;

  constructor(imap: Imap) {
    super();
    this.#imap = imap;
  }

  poll(fiber: FiberCore): Step | undefined {
    return this.#imap.read(fiber);
  }

  enlist(waiter: Waiter): Park {
    return this.#imap.enlist(waiter);
  }
}

/** Somebody in `next`. */
class Reader extends WaiterNode implements Park {
  readonly #imap: Imap;
  readonly waiter: Waiter;

  constructor(imap: Imap, waiter: Waiter) {
    super();
    this.#imap = imap;
    this.waiter = waiter;
  }

  cancel(): boolean {
    this.list?.remove(this);
    return true;
  }

  describe(): string {
    return `imap (${this.#imap.holders.length} at work)`;
  }

  holders(): readonly Parked[] {
    return this.#imap.holders;
  }
}
