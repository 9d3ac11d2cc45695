import type { Effect } from "effect/Effect";
import { checkBody, isAsyncFunction, madeFrom } from "./body.ts";
import type { Body, ErrorOf, ServicesOf } from "./spawn.ts";
import { until } from "./until.ts";
import type { Yieldable } from "./wait.ts";

/** A body that takes no arguments, or a Wait, Effect or generator as it is. */
export type InlineBody<A, Y> =
  | (() => Body<Y, A>)
  | Body<Y, A>
  | ((signal: AbortSignal) => PromiseLike<A>)
  | (() => A)
  | Effect<A, ErrorOf<Y>, ServicesOf<Y>>;

/**
 * Runs a body inside the fiber that yields this: no fiber of its own, so what
 * strikes the fiber strikes the body. An async function is given a signal, since
 * nothing can be thrown into it.
 */
export function* runInline(body: unknown): Generator<Yieldable, unknown, never> {
  if (isAsyncFunction(body))
    return yield* until(body as (signal: AbortSignal) => PromiseLike<unknown>);
  const made = madeFrom(typeof body === "function" ? body() : body);
  if (made.kind === "value") return made.value;
  if (made.kind === "promise") return yield* until(made.promise);
  return yield* made.frame as Body<Yieldable, unknown>;
}

/** Throws at the call for what can't be run. */
export function checkInline(body: unknown, caller: string): void {
  if (typeof (body as PromiseLike<unknown> | null | undefined)?.then !== "function")
    checkBody(body, caller);
}
