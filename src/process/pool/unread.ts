import { Ring } from "../../internal/ring.ts";
import type { Order, Reading } from "../../sync/imap-readers.ts";

/** Most iterations have few that are begun and unread; the rings grow. */
const INITIAL_UNREAD = 16;

/** Items on their way together. */
export interface Chunk {
  readonly size: number;
  results: readonly Reading[] | undefined;
}

/** Owns the results of what was begun and not read, in the order in which they are read. */
export class Unread {
  /** How many items. */
  size = 0;
  readonly #order: Order;
  /** In the order of the items; those in front may have their results and wait for none before. */
  #chunks: Ring<Chunk> = new Ring(INITIAL_UNREAD);
  /** What can be read now. */
  #readable: Ring<Reading> = new Ring(INITIAL_UNREAD);

  constructor(order: Order) {
    this.#order = order;
  }

  /** So many items are begun. */
  begin(size: number): Chunk {
    const chunk: Chunk = { size, results: undefined };
    this.size += size;
    if (this.#order === "items") this.#chunks.push(chunk);
    return chunk;
  }

  /** Their results have come, one for each item. */
  settle(chunk: Chunk, results: readonly Reading[]): void {
    chunk.results = results;
    if (this.#order === "completion") this.#publish(results);
    else this.#publishInOrder();
  }

  /** The next result that can be read. */
  take(): Reading | undefined {
    const result = this.#readable.shift();
    if (result !== undefined) this.size--;
    return result;
  }

  /** Nobody reads them any more. */
  clear(): void {
    this.size = 0;
    this.#chunks = new Ring(INITIAL_UNREAD);
    this.#readable = new Ring(INITIAL_UNREAD);
  }

  #publish(results: readonly Reading[]): void {
    for (const result of results) this.#readable.push(result);
  }

  #publishInOrder(): void {
    for (let chunk = this.#chunks.shift(); chunk !== undefined; chunk = this.#chunks.shift()) {
      if (chunk.results === undefined) return this.#chunks.unshift(chunk);
      this.#publish(chunk.results);
    }
  }
}
