import { until } from "../../fiber/until.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import { moduleOf, traceAbove } from "../naming/caller-module.ts";
import type { AnyFunction, FunctionRef } from "../naming/function-ref.ts";
import { nameFunction } from "../naming/name-function.ts";

/**
 * Calls `use` with what names `fn` for the server.
 *
 * @param caller the method above which the user's module is.
 */
export function withName<A>(
  fn: AnyFunction,
  caller: (...args: never[]) => unknown,
  use: (ref: FunctionRef) => Wait<A>,
): Wait<A> {
  const ref = nameFunction(fn, moduleOf(traceAbove(caller)));
  return ref instanceof Promise ? (script(() => named(ref, use)) as Wait<A>) : use(ref);
}

function* named<A>(
  ref: Promise<FunctionRef>,
  use: (ref: FunctionRef) => Wait<A>,
): Generator<Yieldable, A, never> {
  return yield* use((yield* until(ref)) as FunctionRef);
}
