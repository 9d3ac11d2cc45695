import * as Cause from "effect/Cause";
import { checkOptions, isLimited, limited, type WaitOptions } from "../../fiber/limits.ts";
import type { Origin } from "../../fiber/origin.ts";
import type { Thrown } from "../../fiber/outcome.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import type { Parked } from "../../scheduler/park.ts";
import { type Eater, Feeder } from "../../sync/feeder.ts";
import { END, type Order, type Readable, Readers, type Reading } from "../../sync/imap-readers.ts";
import type { Results } from "../../sync/imap-results.ts";
import type { Zip } from "../../sync/zip.ts";
import type { Callee } from "./callees.ts";
import type { Foreman, WorkSource } from "./foreman.ts";
import { type Customer, Task } from "./task.ts";
import { Items } from "./task-input.ts";
import type { CheckedOptions } from "./task-options.ts";
import { type Chunk, Unread } from "./unread.ts";
import { EACH, FIBER, MANY, OUTCOMES, type Outcomes, SPREAD } from "./wire.ts";

/** Results of a pool one by one; see `Results`. */
export interface PoolResults<A> extends Results<A, unknown> {
  /** The next one; past `timeout` a Timeout, and it comes with a later `next`. */
  next(options?: WaitOptions): Wait<IteratorResult<A, undefined>, unknown>;
}

/**
 * So many chunks a worker are begun and not read, if nothing else is said: fewer,
 * and workers wait for a reader who takes several at a time; more are kept in memory.
 */
const CHUNKS_AHEAD = 8;

/** A function that is mapped over a source bit by bit: owns what was begun and has no result yet. */
export class Imap implements PoolResults<unknown>, Customer, WorkSource, Readable, Eater {
  readonly #foreman: Foreman;
  readonly #callee: Callee;
  readonly #zip: Zip;
  readonly #options: CheckedOptions;
  readonly #origin: Origin;
  readonly #isSpread: boolean;
  readonly #chunksize: number;
  readonly #feeder: Feeder;
  readonly #readers: Readers = new Readers(this);
  readonly #unread: Unread;
  readonly #begun: Map<Task, Chunk> = new Map();
  /** How many items may be begun and not read. */
  #most: number;
  /** More are begun when no more than so many are unread: one by one that costs more than small tasks do. */
  #few: number;
  /** No more is begun: the source has ended or failed, or nobody reads any more. */
  #isOver = false;
  #failure: Thrown | undefined;

  constructor(
    foreman: Foreman,
    callee: Callee,
    how: { readonly order: Order; readonly isSpread: boolean; readonly origin: Origin },
    zip: Zip,
    options: CheckedOptions,
  ) {
    this.#foreman = foreman;
    this.#callee = callee;
    this.#isSpread = how.isSpread;
    this.#origin = how.origin;
    this.#zip = zip;
    this.#options = options;
    this.#chunksize = options.chunksize ?? 1;
    this.#unread = new Unread(how.order);
    this.#feeder = new Feeder(zip, this);
    const { processes, concurrency } = foreman.settings;
    const ahead = processes * concurrency * this.#chunksize * CHUNKS_AHEAD;
    this.#most = Math.max(options.maxsize ?? ahead, this.#chunksize);
    // Half of what is usual, or more: no worker has to rest.
    this.#few = Math.max(this.#most, ahead) / 2;
    foreman.sources.add(this);
    this.#feeder.feed();
  }

  next(options?: WaitOptions): Wait<IteratorResult<unknown, undefined>, unknown> {
    checkOptions(options, "next");
    const { next } = this.#readers;
    return isLimited(options) ? limited(next, options) : next;
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

  /** Nobody reads any more: what was not begun never is. */
  drop(): void {
    const tasks = [...this.#begun.keys()];
    this.#begun.clear();
    this.#unread.clear();
    this.#failure = undefined;
    if (!this.#isOver) this.#end(undefined);
    for (const task of tasks) this.#foreman.cancel(task, undefined);
    this.#readers.serve();
  }

  // --- For the foreman

  /** Somebody joins the pool, and may read only afterwards: what is unread may be any number. */
  lift(): void {
    this.#most = Number.POSITIVE_INFINITY;
    this.#few = Number.POSITIVE_INFINITY;
    this.#feeder.feed();
  }

  /** The pool will do no more. */
  refuse(error: unknown): void {
    if (this.#isOver) return;
    this.#end(thrown(error));
    this.#feeder.stop();
    this.#readers.serve();
  }

  // --- For the feeder

  origin(): Origin {
    return this.#origin;
  }

  /** For a whole chunk: a part of one would be sent only when the rest comes. */
  hasRoom(): boolean {
    return this.#unread.size + this.#chunksize <= this.#most;
  }

  *eat(): Generator<Yieldable, boolean, never> {
    const chunk: unknown[] = [];
    try {
      while (chunk.length < this.#chunksize) {
        const row = yield* this.#zip.next();
        if (row === undefined) return false;
        chunk.push(this.#isSpread ? row : row[0]);
      }
      return true;
    } finally {
      if (chunk.length > 0 && !this.#isOver) this.#submit(chunk);
    }
  }

  over(failure: Thrown | undefined): void {
    if (this.#isOver) return;
    this.#end(failure);
    this.#readers.serve();
  }

  /** @param failure what the last reader gets in place of the end. */
  #end(failure: Thrown | undefined): void {
    this.#isOver = true;
    this.#failure = failure;
    this.#foreman.sourceEnded(this);
  }

  #submit(list: readonly unknown[]): void {
    let items: Items;
    try {
      items = new Items(list, "items");
    } catch (error) {
      if (list.length > 1) for (const item of list) this.#submit([item]);
      else this.#settle(this.#unread.begin(1), [thrown(error)]);
      return;
    }
    const { limits } = this.#options;
    const fiber = limits.timeout === undefined ? 0 : FIBER;
    const how = MANY | EACH | fiber | (this.#isSpread ? SPREAD : 0);
    const id = this.#foreman.nextTask();
    const input = items.part(0, list.length);
    const task = new Task(id, this.#callee, how, input, limits, this);
    this.#begun.set(task, this.#unread.begin(list.length));
    this.#foreman.submit(task);
  }

  // --- What comes back

  done(task: Task, kind: number, value: unknown): void {
    const { values, errors } = (
      kind === OUTCOMES ? value : { values: value, errors: [] }
    ) as Outcomes;
    const results: Reading[] = values.map((value) => ({ done: false, value }));
    for (const [index, error] of errors) results[index] = thrown(error);
    this.#came(task, results);
  }

  failed(task: Task, error: unknown): void {
    this.#came(task, new Array<Reading>(task.input.size).fill(thrown(error)));
  }

  #came(task: Task, results: readonly Reading[]): void {
    const chunk = this.#begun.get(task);
    if (chunk === undefined) return;
    this.#begun.delete(task);
    this.#settle(chunk, results);
  }

  #settle(chunk: Chunk, results: readonly Reading[]): void {
    this.#unread.settle(chunk, results);
    this.#readers.serve();
  }

  // --- For the readers

  /** Whether anybody reads or not, as much is begun as may be unread. */
  wanted(): void {}

  take(): Reading | undefined {
    const result = this.#unread.take();
    if (result !== undefined) {
      if (this.#unread.size <= this.#few) this.#feeder.feed();
      return result;
    }
    if (!this.#isOver || this.#unread.size > 0) return undefined;
    const failure = this.#failure;
    this.#failure = undefined;
    return failure ?? END;
  }

  describe(): string {
    return `imap (${this.#begun.size} tasks at work)`;
  }

  get holders(): readonly Parked[] {
    return this.#begun.size > 0 ? [] : this.#feeder.holders;
  }
}

function* returned(imap: Imap, feeder: Feeder): Generator<Yieldable, typeof END, never> {
  imap.drop();
  yield* feeder.close();
  return END;
}

const thrown = (error: unknown): Thrown => ({ error, cause: Cause.fail(error) });
