import type { FunctionRef } from "../../naming/function-ref.ts";
import { loadFunction } from "../server/load-function.ts";
import { checkKey, increased, isEqual } from "./key.ts";

/** What a dict of a manager is in its server. Each method is one step: nobody else is served in between. */
export class DictObject {
  readonly #map: Map<unknown, unknown>;

  constructor(entries: Iterable<readonly [unknown, unknown]> = []) {
    this.#map = new Map();
    this.update(entries);
  }

  get(key: unknown): unknown {
    return this.#map.get(key);
  }

  set(key: unknown, value: unknown): void {
    this.#map.set(checkKey(key, "a key"), value);
  }

  has(key: unknown): boolean {
    return this.#map.has(key);
  }

  delete(key: unknown): boolean {
    return this.#map.delete(key);
  }

  clear(): void {
    this.#map.clear();
  }

  size(): number {
    return this.#map.size;
  }

  keys(): unknown[] {
    return [...this.#map.keys()];
  }

  values(): unknown[] {
    return [...this.#map.values()];
  }

  entries(): [unknown, unknown][] {
    return [...this.#map];
  }

  copy(): Map<unknown, unknown> {
    return new Map(this.#map);
  }

  update(entries: Iterable<readonly [unknown, unknown]>): void {
    for (const [key, value] of entries) this.set(key, value);
  }

  async updateBy(key: unknown, by: FunctionRef, args: readonly unknown[]): Promise<unknown> {
    const fn = await loadFunction(by);
    // From here on it is one step.
    const value = fn(this.#map.get(key), ...args);
    this.set(key, value);
    return value;
  }

  pop(key: unknown): { readonly value: unknown } | undefined {
    const value = this.#map.get(key);
    return this.#map.delete(key) ? { value } : undefined;
  }

  popItem(): [unknown, unknown] | undefined {
    const last = [...this.#map].pop();
    if (last !== undefined) this.#map.delete(last[0]);
    return last;
  }

  setDefault(key: unknown, value: unknown): unknown {
    if (!this.#map.has(key)) this.set(key, value);
    return this.#map.get(key);
  }

  increment(key: unknown, by: number): number {
    const value = increased(this.#map.get(key) ?? 0, by, key);
    this.set(key, value);
    return value;
  }

  compareAndSet(key: unknown, expected: unknown, value: unknown): boolean {
    if (!isEqual(this.#map.get(key), expected)) return false;
    this.set(key, value);
    return true;
  }
}
