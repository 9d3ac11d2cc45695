import type { Effect } from "effect/Effect";
import type { Source } from "../fiber/items.ts";
import type { ErrorOf } from "../fiber/spawn.ts";
import type { Yieldable } from "../fiber/wait.ts";

// biome-ignore-start lint/suspicious/noExplicitAny: only `any` matches every generator

/** What a fiber ends with whose body's call gives `M`. */
export type ValueOf<M> =
  M extends Generator<any, infer A, any>
    ? A
    : M extends Effect<infer A, infer _E, infer _R>
      ? A
      : Awaited<M>;

/** How it may fail; a plain or async function may throw anything. */
export type FailureOf<M> = [M] extends [never]
  ? unknown
  : M extends Generator<infer Y, any, any>
    ? ErrorOf<Y>
    : M extends Effect<infer _A, infer E, infer _R>
      ? E
      : unknown;

/** Nothing more to ask of a body, or `never`: an async generator, or one that yields what no fiber can run. */
export type Runnable<M> = [M] extends [never]
  ? unknown
  : M extends AsyncGenerator<any, any, any>
    ? never
    : M extends Generator<infer Y, any, any>
      ? [Y] extends [Yieldable]
        ? unknown
        : never
      : unknown;

// biome-ignore-end lint/suspicious/noExplicitAny: only `any` matches every generator

/** A source for each item that a function takes. */
export type Sources<Items extends unknown[]> = { [K in keyof Items]: Source<Items[K]> };

/** A function of one item of each source: these say what its arguments are, and it may take fewer. */
export type Mapper<Items extends unknown[], M> = ((...items: NoInfer<Items>) => M) & Runnable<M>;

/** A function's arguments as one array, which may be left out where none is needed. */
export type Listed<Args extends unknown[], More extends unknown[] = []> = [] extends Args
  ? [args?: Args, ...More]
  : [args: Args, ...More];
