import { Ring } from "../../../internal/ring.ts";
import type { ItemStore } from "../../../sync/item-store.ts";
import { JoinableQueue } from "../../../sync/joinable-queue.ts";

/** What a Queue of a manager is in its server. */
export class QueueObject extends JoinableQueue<unknown> {
  readonly #store: ReturnStore;

  constructor(maxsize = 0) {
    const store = new ReturnStore();
    super(maxsize, {}, store);
    this.#store = store;
  }

  /** For an item that was on its way to somebody who does not want it any more: it is the first again. */
  giveBack(item: unknown): void {
    this.#store.unshift(item);
    // Those who wait look again.
    this.maxsize = this.maxsize;
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
