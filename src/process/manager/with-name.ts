import { checkFunction } from "../../fiber/body.ts";
import { until } from "../../fiber/until.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import { moduleOf, traceAbove } from "../naming/caller-module.ts";
import type { AnyFunction, FunctionRef } from "../naming/function-ref.ts";
import { nameFunction } from "../naming/name-function.ts";

/** What names a function, or will. */
export type Naming = FunctionRef | Promise<FunctionRef>;

/**
 * What names `fn` for the server. Not to be called in the `return` of `caller`: Bun
 * leaves out the frame of one that returns a call, and nobody finds it then.
 *
 * @param caller the method above which the user's module is.
 * @throws TypeError for what is no function, or one that can't be found there.
 */
export function naming(fn: unknown, caller: (...args: never[]) => unknown): Naming {
  checkFunction(fn, caller.name);
  return nameFunction(fn as AnyFunction, moduleOf(traceAbove(caller)));
}

/** Runs what `use` makes of the name, once it is known. */
export function withName<A, E>(ref: Naming, use: (ref: FunctionRef) => Wait<A, E>): Wait<A, E> {
  return ref instanceof Promise ? (script(() => named(ref, use)) as Wait<A, E>) : use(ref);
}

function* named<A>(
  ref: Promise<FunctionRef>,
  use: (ref: FunctionRef) => Wait<A, unknown>,
): Generator<Yieldable, A, never> {
  return yield* use((yield* until(ref)) as FunctionRef);
}
