import type { Effect } from "effect/Effect";
import { isEffect } from "effect/Effect";
import type { Fiber as EffectFiber } from "effect/Fiber";
import { isThenable } from "../../fiber/body.ts";
import type { Fiber } from "../../fiber/fiber.ts";
import { checkOptions } from "../../fiber/limits.ts";
import { checkInline } from "../../fiber/run-inline.ts";
import { begin, makeFiber } from "../../fiber/spawn.ts";
import { isFiber } from "../../fiber/state.ts";
import { until } from "../../fiber/until.ts";
import type { FailureOf, ValueOf } from "../../sync/task-types.ts";

/**
 * What can be awaited: a task (a Fiber), a Wait or Effect, a generator, a
 * promise; and a function of no arguments that makes one.
 */
export type Awaitable =
  | EffectFiber<unknown, unknown>
  | Effect<unknown, unknown>
  // biome-ignore lint/suspicious/noExplicitAny: only `any` matches every generator
  | Generator<any, unknown, any>
  | PromiseLike<unknown>
  | (() => unknown);

/** What awaiting gives. */
export type ResultOf<T> =
  T extends EffectFiber<infer A, infer _E> ? A : T extends () => infer M ? ValueOf<M> : ValueOf<T>;

/** How awaiting may fail. */
export type ErrorOf<T> =
  T extends EffectFiber<infer _A, infer E>
    ? E
    : T extends () => infer M
      ? FailureOf<M>
      : FailureOf<T>;

type AnyFunction = (...args: never[]) => unknown;

/** How a task is made. */
export interface TaskOptions {
  /** The name in reports. */
  readonly name?: string | undefined;
}

/** Throws at the call for what can't be awaited. */
export function checkAwaitable(awaitable: unknown, caller: string): void {
  if (!isFiber(awaitable)) checkInline(awaitable, caller);
}

/** The task itself, or a new one. `caller` is left out of its spawn site. */
export function toTask<T extends Awaitable>(
  awaitable: T,
  caller: AnyFunction,
  options?: TaskOptions,
): Fiber<ResultOf<T>, ErrorOf<T>> {
  checkAwaitable(awaitable, caller.name);
  checkOptions(options, caller.name);
  const task = isFiber(awaitable) ? (awaitable as unknown as Fiber) : begun(awaitable, caller);
  if (options?.name !== undefined) task.name = options.name;
  return task as Fiber<never, never>;
}

function begun(awaitable: Exclude<Awaitable, Fiber>, caller: AnyFunction): Fiber {
  const isPromise = isThenable(awaitable) && !isEffect(awaitable);
  const body = isPromise ? until(awaitable) : awaitable;
  return begin(makeFiber(caller.name, body, undefined, caller));
}
