import { naturalOrder } from "../../../sync/natural-order.ts";
import type { FunctionRef } from "../../naming/function-ref.ts";
import { loadFunction } from "../server/load-function.ts";
import { increased, isEqual } from "./key.ts";

/** What a list of a manager is in its server. Each method is one step. */
export class ListObject {
  readonly #items: unknown[];

  constructor(items: Iterable<unknown> = []) {
    this.#items = [...items];
  }

  at(index: number): unknown {
    return this.#items.at(index);
  }

  set(index: number, value: unknown): void {
    this.#items[this.#place(index, "set")] = value;
  }

  push(...items: unknown[]): number {
    return this.#items.push(...items);
  }

  /** An absent index is the last one. */
  pop(index = -1): unknown {
    if (this.#items.length === 0) throw new RangeError("Cannot pop from an empty list");
    return this.#items.splice(this.#place(index, "pop"), 1)[0];
  }

  shift(): unknown {
    if (this.#items.length === 0) throw new RangeError("Cannot shift from an empty list");
    return this.#items.shift();
  }

  unshift(...items: unknown[]): number {
    return this.#items.unshift(...items);
  }

  /** Beyond an end it is that end, as in Python. */
  insert(index: number, item: unknown): void {
    this.#items.splice(index, 0, item);
  }

  remove(value: unknown): void {
    const index = this.indexOf(value);
    if (index < 0) throw new RangeError("Cannot remove a value from a list that does not have it");
    this.#items.splice(index, 1);
  }

  indexOf(value: unknown): number {
    return this.#items.findIndex((each) => isEqual(each, value));
  }

  includes(value: unknown): boolean {
    return this.indexOf(value) >= 0;
  }

  count(value: unknown): number {
    return this.#items.filter((each) => isEqual(each, value)).length;
  }

  length(): number {
    return this.#items.length;
  }

  slice(start?: number, end?: number): unknown[] {
    return this.#items.slice(start, end);
  }

  splice(start: number, count: number, ...items: unknown[]): unknown[] {
    return this.#items.splice(start, count, ...items);
  }

  toArray(): unknown[] {
    return [...this.#items];
  }

  sort(): void {
    this.#items.sort(naturalOrder);
  }

  async sortBy(by: FunctionRef): Promise<void> {
    const compare = (await loadFunction(by)) as (a: unknown, b: unknown) => number;
    this.#items.sort(compare);
  }

  reverse(): void {
    this.#items.reverse();
  }

  extend(items: Iterable<unknown>): void {
    for (const item of items) this.#items.push(item);
  }

  clear(): void {
    this.#items.length = 0;
  }

  increment(index: number, by: number): number {
    const place = this.#place(index, "increment");
    const value = increased(this.#items[place], by, index);
    this.#items[place] = value;
    return value;
  }

  async updateBy(index: number, by: FunctionRef, args: readonly unknown[]): Promise<unknown> {
    const fn = await loadFunction(by);
    const place = this.#place(index, "update");
    const value = fn(this.#items[place], ...args);
    this.#items[place] = value;
    return value;
  }

  compareAndSet(index: number, expected: unknown, value: unknown): boolean {
    const place = this.#place(index, "set");
    if (!isEqual(this.#items[place], expected)) return false;
    this.#items[place] = value;
    return true;
  }

  #place(index: number, what: string): number {
    const { length } = this.#items;
    const place = index < 0 ? length + index : index;
    if (Number.isInteger(place) && place >= 0 && place < length) return place;
    throw new RangeError(`Cannot ${what} item ${index} of a list of ${length}`);
  }
}
