import { ready, type Step } from "../fiber/fiber-state.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import { WaiterList, WaiterNode } from "../internal/waiters.ts";
import type { Park } from "../scheduler/park.ts";
import { type Data, DataQueue } from "./data-queue.ts";

/** Where it comes from, and how that is held up while nobody reads. */
export interface Source {
  pause(): void;
  resume(): void;
}

/**
 * What is taken in before the source is held up: less, and a fast writer stops
 * at every chunk (64 KiB is a pipe's own size); more only fills memory.
 */
const HIGH_WATER = 64 * 1024;

/**
 * Owns what has arrived and was not read yet, and those who wait for it, first
 * come first served. Nothing is taken out before a reader's whole wish can be
 * met, so that one that is killed meanwhile has lost nothing.
 */
export class Inbox<T extends Data> {
  readonly readers: WaiterList<Reader<T>> = new WaiterList();
  readonly queue: DataQueue<T>;
  readonly #source: Source;
  #ended = false;
  #paused = false;
  #unbounded = 0;
  readonly #watchers: Set<() => void> = new Set();

  /** @param empty what its data begin with: `""` or no bytes. */
  constructor(source: Source, empty: T) {
    this.#source = source;
    this.queue = new DataQueue(empty);
  }

  /** Whether nothing more will come. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether something is there to be read, if only the end. */
  get ready(): boolean {
    return this.queue.size > 0 || this.#ended;
  }

  /** Calls `watcher` whenever something has come; gives the way back. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  push(chunk: T): void {
    this.queue.push(chunk);
    this.#arrived();
  }

  end(): void {
    this.#ended = true;
    this.#arrived();
  }

  #arrived(): void {
    this.serve();
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** Gives what there is to those who wait for no more than that. */
  serve(): void {
    for (let reader = this.readers.peek(); reader; reader = this.readers.peek()) {
      const got = reader.wish(this);
      if (got === undefined) break;
      this.readers.remove(reader);
      reader.waiter.wake(got);
    }
    this.regulate();
  }

  /** Takes in whatever comes until it is called back as often: for those who wait for the source's end. */
  lift(by: 1 | -1): void {
    this.#unbounded += by;
    this.regulate();
  }

  /** Holds the source up while there is enough and nobody waits for more. */
  regulate(): void {
    if (this.#ended) return;
    const isFull = this.queue.size >= HIGH_WATER && this.#unbounded === 0 && this.readers.isEmpty();
    // Also if it is held up as far as we know: Node lets a child's pipes go when the child ends.
    if (isFull) this.#source.pause();
    else if (this.#paused) this.#source.resume();
    this.#paused = isFull;
  }
}

/** Takes out of the inbox what a reader wants, or gives `undefined` if that is not there yet. */
export type Wish<T extends Data> = (inbox: Inbox<T>) => unknown;

/** Who waits for a wish to be met. */
class Reader<T extends Data> extends WaiterNode implements Park {
  readonly waiter: Waiter;
  readonly wish: Wish<T>;
  readonly #inbox: Inbox<T>;
  readonly #what: string;

  constructor(waiter: Waiter, wish: Wish<T>, inbox: Inbox<T>, what: string) {
    super();
    this.waiter = waiter;
    this.wish = wish;
    this.#inbox = inbox;
    this.#what = what;
  }

  cancel(): boolean {
    // What was not enough for this one may be enough for the next.
    if (this.#inbox.readers.remove(this)) this.#inbox.serve();
    return true;
  }

  describe(): string {
    return this.#what;
  }
}

/** Waits until `wish` is met. */
export class Receive<T extends Data, A> extends SelectableOp<A> {
  readonly #inbox: Inbox<T>;
  readonly #wish: Wish<T>;
  readonly #what: string;

  constructor(inbox: Inbox<T>, what: string, wish: (inbox: Inbox<T>) => A | undefined) {
    super();
    this.#inbox = inbox;
    this.#wish = wish;
    this.#what = what;
  }

  poll(): Step | undefined {
    if (!this.#inbox.readers.isEmpty()) return undefined;
    const got = this.#wish(this.#inbox);
    if (got === undefined) return undefined;
    this.#inbox.regulate();
    return ready(got);
  }

  enlist(waiter: Waiter): Park {
    const reader = new Reader(waiter, this.#wish, this.#inbox, this.#what);
    this.#inbox.readers.push(reader);
    this.#inbox.regulate();
    return reader;
  }
}
