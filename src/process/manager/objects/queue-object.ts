import type { WaitOptions } from "../../../fiber/limits.ts";
import type { Wait, Yieldable } from "../../../fiber/wait.ts";
import { Ring } from "../../../internal/ring.ts";
import type { ItemStore } from "../../../sync/item-store.ts";
import { JoinableQueue } from "../../../sync/joinable-queue.ts";
import type { ShutdownOptions } from "../../../sync/queue.ts";
import type { QueueWaitOptions } from "../../../sync/queue-waits.ts";
import { type Client, caller } from "../server/caller.ts";

/** What a Queue of a manager is in its server. What need not wait is done at once, without a fiber for it. */
export class QueueObject {
  readonly #store: ReturnStore = new ReturnStore();
  readonly #queue: JoinableQueue<unknown>;

  constructor(maxsize = 0) {
    this.#queue = new JoinableQueue<unknown>(maxsize, {}, this.#store);
  }

  put(item: unknown, options?: QueueWaitOptions): Wait<void> | undefined {
    const queue = this.#queue;
    if (queue.full() || queue.putting() > 0) return queue.put(item, options);
    queue.putNowait(item);
    return undefined;
  }

  get(options?: QueueWaitOptions): unknown {
    const queue = this.#queue;
    if (queue.empty() || queue.getting() > 0) return this.#wait(caller().client, options);
    return queue.getNowait();
  }

  peek(options?: QueueWaitOptions): Wait<unknown> {
    return this.#queue.peek(options);
  }

  putNowait(item: unknown): void {
    this.#queue.putNowait(item);
  }

  getNowait(): unknown {
    return this.#queue.getNowait();
  }

  qsize(): number {
    return this.#queue.qsize();
  }

  empty(): boolean {
    return this.#queue.empty();
  }

  full(): boolean {
    return this.#queue.full();
  }

  taskDone(): void {
    this.#queue.taskDone();
  }

  join(options?: WaitOptions): Wait<boolean> {
    return this.#queue.join(options);
  }

  shutdown(options?: ShutdownOptions): void {
    this.#queue.shutdown(options);
  }

  *#wait(
    client: Client,
    options: QueueWaitOptions | undefined,
  ): Generator<Yieldable, unknown, never> {
    const item = yield* this.#queue.get(options);
    // Its process ended when the item was there already.
    if (client.hasEnded) this.giveBack(item);
    return item;
  }

  /** For an item that was on its way to somebody who does not want it any more: it is the first again. */
  giveBack(item: unknown): void {
    this.#store.unshift(item);
    // By which those who wait look again.
    const { maxsize } = this.#queue;
    this.#queue.maxsize = maxsize;
  }
}

/** First in, first out, unless it comes back. */
class ReturnStore implements ItemStore<unknown> {
  // In a box: the ring takes `undefined` for its own emptiness.
  readonly #ring: Ring<{ readonly item: unknown }> = new Ring();

  get size(): number {
    return this.#ring.size;
  }

  push(item: unknown): void {
    this.#ring.push({ item });
  }

  unshift(item: unknown): void {
    this.#ring.unshift({ item });
  }

  shift(): unknown {
    return this.#ring.shift()?.item;
  }

  peek(): unknown {
    const first = this.#ring.shift() as { readonly item: unknown };
    this.#ring.unshift(first);
    return first.item;
  }

  fresh(): ReturnStore {
    return new ReturnStore();
  }

  *[Symbol.iterator](): Iterator<unknown> {
    for (const { item } of this.#ring) yield item;
  }
}
