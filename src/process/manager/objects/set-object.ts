import { checkKey } from "./key.ts";

/** What a set of a manager is in its server. */
export class SetObject {
  readonly #items: Set<unknown> = new Set();

  constructor(items: Iterable<unknown> = []) {
    this.update(items);
  }

  /** Whether it was not there before. */
  add(item: unknown): boolean {
    const before = this.#items.size;
    return this.#items.add(checkKey(item, "an item of a set")).size > before;
  }

  has(item: unknown): boolean {
    return this.#items.has(item);
  }

  delete(item: unknown): boolean {
    return this.#items.delete(item);
  }

  pop(): unknown {
    const [first] = this.#items;
    if (this.#items.size === 0) throw new RangeError("Cannot pop from an empty set");
    this.#items.delete(first);
    return first;
  }

  clear(): void {
    this.#items.clear();
  }

  size(): number {
    return this.#items.size;
  }

  values(): unknown[] {
    return [...this.#items];
  }

  copy(): Set<unknown> {
    return new Set(this.#items);
  }

  update(items: Iterable<unknown>): void {
    for (const item of items) this.add(item);
  }
}
