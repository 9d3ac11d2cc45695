import { hub } from "../scheduler/hub.ts";
import { show } from "./body.ts";
import type { FiberCore } from "./core.ts";
import { Crew, Room } from "./crew.ts";
import type { Fiber } from "./fiber.ts";
import { close, itemsOf, nextOf, type Source } from "./items.ts";
import { killCores } from "./kill.ts";
import { checkOptions } from "./limits.ts";
import { runInline } from "./run-inline.ts";
import { type Body, begin, type ErrorOf, makeFiber } from "./spawn.ts";
import { script, type Wait, type Yieldable } from "./wait.ts";

/** How a source is gone through. */
export interface ForEachOptions {
  /** How many items are worked on at once; 1 if absent, in order and in this fiber. */
  readonly concurrency?: number | undefined;
}

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
  if (!(concurrency >= 1) || !(Number.isInteger(concurrency) || concurrency === Infinity)) {
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

type ForEachBody<T> = (item: T, index: number) => unknown;

export function* oneByOne<T>(
  source: Source<T>,
  body: ForEachBody<T>,
): Generator<Yieldable, void, never> {
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

/** This fiber takes the items, since a source gives one at a time, and a fiber works on each. */
export function* severalAtOnce<T>(
  source: Source<T>,
  body: ForEachBody<T>,
  concurrency: number,
): Generator<Yieldable, void, never> {
  const items = itemsOf(source)();
  const crew = new Crew(hub.current as FiberCore);
  let over = false;
  try {
    for (let index = 0; ; index++) {
      while (crew.size >= concurrency) yield* new Room(crew, concurrency - 1);
      crew.throwFailure();
      const step = yield* nextOf(items);
      over = step.done === true;
      if (step.done === true) break;
      crew.add(begin(makeFiber("run forEach item", body, [step.value, index], forEach)));
    }
    while (crew.size > 0) yield* new Room(crew, 0);
    crew.throwFailure();
  } finally {
    crew.disband();
    yield* killCores(crew.working as Fiber[]);
    if (!over) yield* close(items);
  }
}
