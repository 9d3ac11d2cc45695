import { show } from "./body.ts";
import type { Fiber } from "./fiber.ts";
import { joinAll } from "./join-all.ts";
import { checkOptions } from "./limits.ts";
import { runInline } from "./run-inline.ts";
import { type Body, begin, type ErrorOf, makeFiber } from "./spawn.ts";
import { until } from "./until.ts";
import { script, type Wait, type Yieldable } from "./wait.ts";

/** How a source is gone through. */
export interface ForEachOptions {
  /** How many items are worked on at once; 1 if absent, in order and in this fiber. */
  readonly concurrency?: number | undefined;
}

type Source<T> = Iterable<T> | AsyncIterable<T>;
type Step<T> = IteratorResult<T, unknown>;

/**
 * Runs `body(item, index)` for every item of an iterable or async iterable, such
 * as a stream or `iwait`. With a `concurrency` above 1 so many fibers take items
 * in turn. The first failure ends it: the other fibers are killed and the source
 * is closed, as at a kill.
 *
 * gevent: a `for` loop; `Pool.imap` where it is concurrent.
 *
 * @throws what the body or the source throws; TypeError or RangeError at the call for bad input.
 * @example
 * ```ts
 * import { forEach, sleep, spawn } from "fibril";
 *
 * function* show(n: number) {
 *   yield* sleep(1);
 *   console.log(n);
 * }
 * spawn(function* () {
 *   yield* forEach([1, 2], show);
 * });
 * // -> 1
 * // -> 2
 * ```
 */
export function forEach<T, Y extends Yieldable<unknown, unknown>>(
  source: Source<T>,
  body: (item: T, index: number) => Body<Y, unknown>,
  options?: ForEachOptions,
): Wait<void, ErrorOf<Y>>;
export function forEach<T>(
  source: Source<T>,
  body: (item: T, index: number) => unknown,
  options?: ForEachOptions,
): Wait<void, unknown>;
export function forEach<T>(
  source: Source<T>,
  body: (item: T, index: number) => unknown,
  options?: ForEachOptions,
): Wait<void, unknown> {
  checkOptions(options, "forEach");
  if (typeof body !== "function")
    throw new TypeError(`Cannot run ${show(body)} forEach item: pass a function`);
  const concurrency = options?.concurrency ?? 1;
  if (!(concurrency >= 1)) {
    throw new RangeError(
      `Cannot run forEach with a concurrency of ${concurrency}: pass an integer >= 1`,
    );
  }
  itemsOf(source);
  return script(
    concurrency === 1 ? oneByOne<T> : severalAtOnce<T>,
    source,
    body,
    concurrency,
  ) as Wait<void>;
}

/** The items of either kind of source, closed by `return`. */
interface Items<T> {
  next(): Step<T> | PromiseLike<Step<T>>;
  return?(): unknown;
}

function itemsOf<T>(source: Source<T>): () => Items<T> {
  const from = source as Partial<AsyncIterable<T> & Iterable<T>> | null | undefined;
  const asyncItems = from?.[Symbol.asyncIterator];
  if (asyncItems !== undefined) return () => asyncItems.call(source);
  const items = from?.[Symbol.iterator];
  if (items !== undefined) return () => items.call(source) as Items<T>;
  throw new TypeError(`Cannot go through ${show(source)}: pass an iterable or an async iterable`);
}

type ForEachBody<T> = (item: T, index: number) => unknown;

function* oneByOne<T>(source: Source<T>, body: ForEachBody<T>): Generator<Yieldable, void, never> {
  const items = itemsOf(source)();
  let over = false;
  let index = 0;
  try {
    for (;;) {
      const step = yield* nextOf(items);
      over = step.done === true;
      if (step.done === true) return;
      yield* runInline(() => body(step.value, index++));
    }
  } finally {
    if (!over) yield* close(items);
  }
}

function* severalAtOnce<T>(
  source: Source<T>,
  body: ForEachBody<T>,
  concurrency: number,
): Generator<Yieldable, void, never> {
  const shared: Shared<T> = { items: itemsOf(source)(), index: 0, over: false, asking: undefined };
  const workers: Fiber<void, unknown>[] = [];
  try {
    for (let i = 0; i < concurrency && !shared.over; i++) {
      workers.push(begin(makeFiber("forEach", work, [shared, body], forEach as never)));
      // A short source needs no more workers than items.
      if (i % 64 === 63) yield* until(Promise.resolve());
    }
    yield* joinAll(workers);
  } finally {
    for (const worker of workers) void worker.kill();
    for (const worker of workers) yield* worker.join();
    if (!shared.over) yield* close(shared.items);
  }
}

interface Shared<T> {
  readonly items: Items<T>;
  index: number;
  over: boolean;
  /** An async source is asked by one worker at a time, the others wait for their turn. */
  asking: PromiseLike<unknown> | undefined;
}

function* work<T>(shared: Shared<T>, body: ForEachBody<T>): Generator<Yieldable, void, never> {
  while (!shared.over) {
    const step = yield* nextOf(shared.items);
    if (step.done === true) {
      shared.over = true;
      return;
    }
    const index = shared.index++;
    yield* runInline(() => body(step.value, index));
  }
}

function* nextOf<T>(items: Items<T>): Generator<Yieldable, Step<T>, never> {
  return (yield* runInline(() => items.next())) as Step<T>;
}

function* close(items: Items<unknown>): Generator<Yieldable, void, never> {
  if (items.return !== undefined) yield* runInline(() => items.return?.());
}
