import { WaiterList } from "../internal/waiters.ts";
import { NOTHING } from "./exchange.ts";
import type { ItemStore } from "./item-store.ts";
import { Notifier } from "./notifier.ts";
import type { QueuePlace } from "./queue-place.ts";
import { type Refuser, shutForPut } from "./queue-refusals.ts";
import { Tasks } from "./queue-tasks.ts";

/**
 * What is in a queue, and who waits for an item or for room. Nothing is handed to
 * one who waits before its turn comes: until then a running fiber may take it, and
 * a kill or a timeout finds nothing to give back.
 */
export class Depot<T> implements Refuser {
  readonly title: string;
  readonly getters: WaiterList<QueuePlace> = new WaiterList();
  readonly putters: WaiterList<QueuePlace> = new WaiterList();
  readonly tasks: Tasks;
  items: ItemStore<T>;
  isShutdown = false;
  #maxsize: number;
  readonly #notifier: Notifier = new Notifier(
    () => this.#serveNext(),
    () => this.getters.size + this.putters.size,
  );

  constructor(items: ItemStore<T>, maxsize: number, name?: string) {
    this.items = items;
    this.#maxsize = maxsize;
    this.title = name === undefined ? "queue" : `queue "${name}"`;
    this.tasks = new Tasks(this.title);
  }

  /** 0 or less: there is always room. */
  get maxsize(): number {
    return this.#maxsize;
  }

  set maxsize(maxsize: number) {
    this.#maxsize = maxsize;
    this.#notifier.notify();
  }

  get isFull(): boolean {
    return this.#maxsize > 0 && this.items.size >= this.#maxsize;
  }

  /** False if there is no room. Throws ShutDown. */
  give(item: T): boolean {
    if (this.isShutdown) throw shutForPut(this);
    if (this.isFull) return false;
    this.add(item);
    return true;
  }

  /** Whether there is room or not. */
  add(item: T): void {
    this.items.push(item);
    this.tasks.unfinished++;
    if (!this.getters.isEmpty()) this.#notifier.notify();
  }

  take(): T | typeof NOTHING {
    if (this.items.size === 0) return NOTHING;
    const item = this.items.shift();
    if (!this.putters.isEmpty()) this.#notifier.notify();
    return item;
  }

  peek(): T | typeof NOTHING {
    return this.items.size === 0 ? NOTHING : this.items.peek();
  }

  /** Everybody who waits tries once more, and nobody waits from now on. */
  shutDown(): void {
    this.isShutdown = true;
    this.#notifier.notify();
  }

  /** Throws all items away: as tasks they are done. */
  drain(): void {
    const { size } = this.items;
    this.items = this.items.fresh();
    this.tasks.finish(size);
  }

  /** A putter and a getter in turn, as each makes way for the other. */
  #serveNext(): boolean {
    const putter = this.isShutdown || !this.isFull ? this.putters.shift() : undefined;
    putter?.serve();
    const getter = this.isShutdown || this.items.size > 0 ? this.getters.shift() : undefined;
    getter?.serve();
    return putter !== undefined || getter !== undefined;
  }
}
