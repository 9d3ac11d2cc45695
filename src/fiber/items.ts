import { show } from "./body.ts";
import { runInline } from "./run-inline.ts";
import type { Yieldable } from "./wait.ts";

/** What can be gone through: a stream, an array, a generator. */
export type Source<T> = Iterable<T> | AsyncIterable<T>;

type Step<T> = IteratorResult<T, unknown>;

/** The items of either kind of source, closed by `return`. */
export interface Items<T> {
  next(): Step<T> | PromiseLike<Step<T>>;
  return?(): unknown;
}

/** How to open a source. Throws at the call for what is none. */
export function itemsOf<T>(source: Source<T>): () => Items<T> {
  const from = source as Partial<AsyncIterable<T> & Iterable<T>> | null | undefined;
  const asyncItems = from?.[Symbol.asyncIterator];
  if (asyncItems !== undefined) return () => asyncItems.call(source);
  const items = from?.[Symbol.iterator];
  if (items !== undefined) return () => items.call(source) as Items<T>;
  throw new TypeError(`Cannot go through ${show(source)}: pass an iterable or an async iterable`);
}

export function* nextOf<T>(items: Items<T>): Generator<Yieldable, Step<T>, never> {
  return (yield* runInline(() => items.next())) as Step<T>;
}

export function* close(items: Items<unknown>): Generator<Yieldable, void, never> {
  if (items.return !== undefined) yield* runInline(() => items.return?.());
}
