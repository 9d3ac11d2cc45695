import * as Cause from "effect/Cause";
import type { FiberCore } from "../../fiber/core.ts";
import { Fiber } from "../../fiber/fiber.ts";
import { type FiberState, type Observer, ready, type Step } from "../../fiber/fiber-state.ts";
import { killCores } from "../../fiber/kill.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../../fiber/limits.ts";
import type { Origin } from "../../fiber/origin.ts";
import type { Thrown } from "../../fiber/outcome.ts";
import { SelectableOp, type Waiter } from "../../fiber/selectable.ts";
import { begin } from "../../fiber/spawn.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import { Ring } from "../../internal/ring.ts";
import { WaiterList, WaiterNode } from "../../internal/waiters.ts";
import type { Park } from "../../scheduler/park.ts";
import { DAEMON } from "../../scheduler/task.ts";
import type { Results } from "../../sync/imap-results.ts";
import type { Zip } from "../../sync/zip.ts";
import type { Callee } from "./callees.ts";
import type { Foreman, WorkSource } from "./foreman.ts";
import { type Customer, Task } from "./task.ts";
import { Items } from "./task-input.ts";
import type { CheckedOptions } from "./task-options.ts";
import { EACH, FIBER, MANY, OUTCOMES, type Outcomes, SPREAD } from "./wire.ts";

/** Results of a pool one by one; see `Results`. */
export interface PoolResults<A> extends Results<A, unknown> {
  /** The next one; past `timeout` a Timeout, and it comes with a later `next`. */
  next(options?: WaitOptions): Wait<IteratorResult<A, undefined>, unknown>;
}

/** How results are ordered: as their items are, or as they come. */
export type Order = "items" | "completion";

/**
 * So many chunks a worker are begun and not read, if nothing else is said: fewer,
 * and workers wait for a reader who takes several at a time; more are kept in memory.
 */
const CHUNKS_AHEAD = 8;

const INITIAL_UNREAD = 16;
const END: { done: true; value: undefined } = { done: true, value: undefined };

type ItemResult = IteratorResult<unknown, undefined> | Thrown;

/** A chunk of items on its way. */
interface Chunk {
  readonly size: number;
  results: readonly ItemResult[] | undefined;
}

/** A function that is mapped over a source bit by bit: owns what was begun and not read. */
export class Imap implements PoolResults<unknown>, Customer, WorkSource {
  readonly #foreman: Foreman;
  readonly #callee: Callee;
  readonly #zip: Zip;
  readonly #order: Order;
  readonly #options: CheckedOptions;
  readonly #origin: Origin;
  readonly #isSpread: boolean;
  readonly #chunksize: number;
  readonly #next: Next = new Next(this);
  readonly #readers: WaiterList<Reader> = new WaiterList();
  readonly #begun: Map<Task, Chunk> = new Map();
  /** In the order of the items; those in front may have their results and wait for none before. */
  #chunks: Ring<Chunk> = new Ring(INITIAL_UNREAD);
  /** What can be read now. */
  #readable: Ring<ItemResult> = new Ring(INITIAL_UNREAD);
  /** How many items were begun and not read, and how many may be. */
  #unread = 0;
  #most: number;
  #feeder: Fiber | undefined;
  /** The source is at its end. */
  #isExhausted = false;
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
    this.#order = how.order;
    this.#isSpread = how.isSpread;
    this.#origin = how.origin;
    this.#zip = zip;
    this.#options = options;
    this.#chunksize = options.chunksize ?? 1;
    const { processes, concurrency } = foreman.settings;
    const ahead = processes * concurrency * this.#chunksize * CHUNKS_AHEAD;
    this.#most = Math.max(options.maxsize ?? ahead, this.#chunksize);
    foreman.sources.add(this);
    this.#feed();
  }

  next(options?: WaitOptions): Wait<IteratorResult<unknown, undefined>, unknown> {
    checkOptions(options, "next");
    return isLimited(options) ? limited(this.#next, options) : this.#next;
  }

  return(): Wait<IteratorResult<unknown, undefined>, unknown> {
    return script(returned, this as Imap);
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    return this as unknown as AsyncIterator<unknown>;
  }

  [Symbol.dispose](): void {
    this.drop();
  }

  /** Somebody joins the pool, and may read only afterwards: what is unread may be any number. */
  lift(): void {
    this.#most = Number.POSITIVE_INFINITY;
    this.#feed();
  }

  /** The pool will do no more. */
  refuse(error: unknown): void {
    if (this.#isOver) return;
    this.#failure = thrown(error);
    this.#end();
    this.#serve();
  }

  /** Nobody reads any more: nothing else is begun. Gives the fiber that took items. */
  drop(): Fiber | undefined {
    const feeder = this.#feeder;
    const tasks = [...this.#begun.keys()];
    this.#begun.clear();
    this.#chunks = new Ring(INITIAL_UNREAD);
    this.#readable = new Ring(INITIAL_UNREAD);
    this.#unread = 0;
    this.#failure = undefined;
    for (const task of tasks) this.#foreman.cancel(task, undefined);
    if (!this.#isOver) this.#end();
    this.#serve();
    return feeder;
  }

  // --- The source

  #feed(): void {
    if (this.#isOver || this.#feeder !== undefined || !this.#hasRoom) return;
    // A daemon: it works for a reader, who alone keeps the program alive.
    const feeder = new Fiber<never, never>(this.#feeding(), undefined, this.#origin);
    feeder.flags |= DAEMON;
    this.#feeder = feeder;
    feeder.observe(this.#watch);
    begin(feeder);
  }

  /** Room for a whole chunk: a part of one would be sent only when the rest comes. */
  get #hasRoom(): boolean {
    return this.#unread + this.#chunksize <= this.#most;
  }

  *#feeding(): Generator<Yieldable, void, never> {
    while (!this.#isOver && this.#hasRoom) {
      const chunk: unknown[] = [];
      try {
        while (chunk.length < this.#chunksize) {
          const row = yield* this.#zip.next();
          if (row === undefined) {
            this.#isExhausted = true;
            return;
          }
          chunk.push(this.#isSpread ? row : row[0]);
        }
      } finally {
        if (chunk.length > 0 && !this.#isOver) this.#submit(chunk);
      }
    }
  }

  readonly #watch: Observer = {
    observes: true,
    prompt: true,
    settled: ({ failure }: FiberState) => {
      this.#feeder = undefined;
      if (!this.#isOver && (this.#isExhausted || failure !== undefined)) {
        this.#failure = failure;
        this.#end();
      }
      this.#serve();
    },
  };

  #end(): void {
    this.#isOver = true;
    this.#foreman.sourceEnded(this);
    if (this.#feeder !== undefined) void killCores([this.#feeder]);
    if (this.#zip.isOpen) begin(helper(this.#zip.close(), this.#origin));
  }

  #submit(list: readonly unknown[]): void {
    this.#unread += list.length;
    let items: Items;
    try {
      items = new Items(list, "items");
    } catch (error) {
      this.#unread -= list.length;
      if (list.length > 1) for (const item of list) this.#submit([item]);
      else this.#submitError(error);
      return;
    }
    const { limits } = this.#options;
    const fiber = limits.timeout === undefined ? 0 : FIBER;
    const how = MANY | EACH | fiber | (this.#isSpread ? SPREAD : 0);
    const id = this.#foreman.nextTask();
    const input = items.part(0, list.length);
    const task = new Task(id, this.#callee, how, input, items.modules, limits, this);
    const chunk = { size: list.length, results: undefined };
    this.#begun.set(task, chunk);
    if (this.#order === "items") this.#chunks.push(chunk);
    this.#foreman.submit(task);
  }

  /** An item that can't go fails at its place. */
  #submitError(error: unknown): void {
    this.#unread++;
    const chunk: Chunk = { size: 1, results: undefined };
    if (this.#order === "items") this.#chunks.push(chunk);
    this.#settle(chunk, [thrown(error)]);
  }

  // --- What comes back

  done(task: Task, kind: number, value: unknown): void {
    const { values, errors } = (
      kind === OUTCOMES ? value : { values: value, errors: [] }
    ) as Outcomes;
    const results: ItemResult[] = values.map((value) => ({ done: false, value }));
    for (const [index, error] of errors) results[index] = thrown(error);
    this.#came(task, results);
  }

  failed(task: Task, error: unknown): void {
    this.#came(task, new Array<ItemResult>(task.input.size).fill(thrown(error)));
  }

  #came(task: Task, results: readonly ItemResult[]): void {
    const chunk = this.#begun.get(task);
    if (chunk === undefined) return;
    this.#begun.delete(task);
    this.#settle(chunk, results);
  }

  #settle(chunk: Chunk, results: readonly ItemResult[]): void {
    chunk.results = results;
    if (this.#order === "completion") this.#publish(results);
    else this.#publishInOrder();
    this.#serve();
  }

  #publish(results: readonly ItemResult[]): void {
    for (const result of results) this.#readable.push(result);
  }

  #publishInOrder(): void {
    for (let chunk = this.#chunks.shift(); chunk !== undefined; chunk = this.#chunks.shift()) {
      if (chunk.results === undefined) return this.#chunks.unshift(chunk);
      this.#publish(chunk.results);
    }
  }

  // --- The readers

  /** The step of a reader; `undefined` if it has to wait. */
  read(fiber: FiberCore): Step | undefined {
    const result = this.#take();
    if (result === undefined) return undefined;
    if ("error" in result) throw fiber.failing(result);
    return ready(result);
  }

  enlist(waiter: Waiter): Park {
    const reader = new Reader(waiter, () => this.#begun.size);
    this.#readers.push(reader);
    return reader;
  }

  #serve(): void {
    while (!this.#readers.isEmpty()) {
      const result = this.#take();
      if (result === undefined) return;
      const { waiter } = this.#readers.shift() as Reader;
      if ("error" in result) waiter.wakeFailed(result);
      else waiter.wake(result);
    }
  }

  #take(): ItemResult | undefined {
    const result = this.#readable.shift();
    if (result !== undefined) {
      this.#unread--;
      this.#feed();
      return result;
    }
    if (!this.#isOver || this.#unread > 0) return undefined;
    const failure = this.#failure;
    this.#failure = undefined;
    return failure ?? END;
  }
}

function* returned(imap: Imap): Generator<Yieldable, typeof END, never> {
  const feeder = imap.drop();
  if (feeder !== undefined) yield* feeder.join();
  return END;
}

function helper(body: Generator<Yieldable, void, never>, origin: Origin): Fiber<never, never> {
  const fiber = new Fiber<never, never>(body, undefined, origin);
  fiber.flags |= DAEMON;
  return fiber;
}

const thrown = (error: unknown): Thrown => ({ error, cause: Cause.fail(error) });

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
  readonly waiter: Waiter;
  readonly #atWork: () => number;

  constructor(waiter: Waiter, atWork: () => number) {
    super();
    this.waiter = waiter;
    this.#atWork = atWork;
  }

  cancel(): boolean {
    this.list?.remove(this);
    return true;
  }

  describe(): string {
    return `imap (${this.#atWork()} tasks at work)`;
  }
}
