import type { FiberCore } from "../fiber/core.ts";
import { ready, type Step } from "../fiber/fiber-state.ts";
import type { Thrown } from "../fiber/outcome.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import { WaiterList, WaiterNode } from "../internal/waiters.ts";
import type { Park, Parked } from "../scheduler/park.ts";

/** How results are ordered: as their items are, or as they come. */
export type Order = "items" | "completion";

/** What a reader is given: a result, the end, or what was thrown in its place. */
export type Reading = IteratorResult<unknown, undefined> | Thrown;

export const END: { done: true; value: undefined } = { done: true, value: undefined };

/** An iteration whose results are read one by one. */
export interface Readable {
  /** A reader has come, and is about to be given something or to wait. */
  wanted(): void;
  /** Gives the next reader's, if that need not wait for it. */
  take(): Reading | undefined;
  /** What a reader waits for, in reports. */
  describe(): string;
  /** Whom a reader waits for. */
  readonly holders: readonly Parked[];
}

/** Owns those who wait in an iteration's `next`, first come, first served. */
export class Readers {
  /** `yield* readers.next` */
  readonly next: SelectableOp<IteratorResult<unknown, undefined>, unknown>;
  readonly #source: Readable;
  readonly #waiting: WaiterList<Reader> = new WaiterList();

  constructor(source: Readable) {
    this.#source = source;
    this.next = new Next(source, this.#waiting);
  }

  /** Gives those who wait what can be read now. */
  serve(): void {
    while (!this.#waiting.isEmpty()) {
      const reading = this.#source.take();
      if (reading === undefined) return;
      const { waiter } = this.#waiting.shift() as Reader;
      if ("error" in reading) waiter.wakeFailed(reading);
      else waiter.wake(reading);
    }
  }
}

/** Keeps no state: the iteration has one. */
class Next extends SelectableOp<IteratorResult<unknown, undefined>, unknown> {
  readonly #source: Readable;
  readonly #waiting: WaiterList<Reader>;

  constructor(source: Readable, waiting: WaiterList<Reader>) {
    super();
    this.#source = source;
    this.#waiting = waiting;
  }

  poll(fiber: FiberCore): Step | undefined {
    this.#source.wanted();
    const reading = this.#source.take();
    if (reading === undefined) return undefined;
    if ("error" in reading) throw fiber.failing(reading);
    return ready(reading);
  }

  enlist(waiter: Waiter): Park {
    const reader = new Reader(this.#source, waiter);
    this.#waiting.push(reader);
    return reader;
  }
}

/** Somebody in `next`. */
class Reader extends WaiterNode implements Park {
  readonly #source: Readable;
  readonly waiter: Waiter;

  constructor(source: Readable, waiter: Waiter) {
    super();
    this.#source = source;
    this.waiter = waiter;
  }

  cancel(): boolean {
    this.list?.remove(this);
    return true;
  }

  describe(): string {
    return this.#source.describe();
  }

  holders(): readonly Parked[] {
    return this.#source.holders;
  }
}
