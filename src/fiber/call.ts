import { hub } from "../scheduler/hub.ts";
import { checkFunction, madeFrom } from "./body.ts";
import type { FiberCore } from "./core.ts";
import { ready, type Step } from "./fiber-state.ts";
import type { Body, ErrorOf, ServicesOf } from "./spawn.ts";
import { until } from "./until.ts";
import { Op, type Wait, type Yieldable } from "./wait.ts";

type AnyFunction = (...args: never[]) => unknown;

/** A call whose callee's frame the fiber owns. */
class Call extends Op<unknown, unknown> {
  readonly #fn: AnyFunction;
  readonly #args: readonly unknown[];

  constructor(fn: AnyFunction, args: readonly unknown[]) {
    super();
    this.#fn = fn;
    this.#args = args;
  }

  begin(fiber: FiberCore): Step {
    const made = madeFrom(this.#fn(...(this.#args as never[])));
    if (made.kind === "value") return ready(made.value);
    fiber.inbox = made.kind === "frame" ? made.frame : awaiting(made.promise);
    return hub.called;
  }
}

function* awaiting(promise: PromiseLike<unknown>): Generator<Yieldable, unknown, never> {
  return yield* until(promise);
}

/**
 * Calls a generator function, as `yield* fn(...args)` would, but flat: a step
 * costs the same at any depth, where nested `yield*` pays for every level, and
 * recursion is bounded by memory alone. Takes async and plain functions as well.
 *
 * @throws TypeError at the call for what is no function.
 * @example
 * ```ts
 * import { call, spawn, type Yieldable } from "fibril";
 *
 * function* depth(n: number): Generator<Yieldable, number, unknown> {
 *   return n === 0 ? 0 : 1 + (yield* call(depth, n - 1));
 * }
 * spawn(depth, 100_000).then(console.log); // -> 100000
 * ```
 */
export function call<
  Args extends unknown[],
  Y extends Yieldable<unknown, unknown> = never,
  A = never,
>(fn: (...args: Args) => Body<Y, A>, ...args: Args): Wait<A, ErrorOf<Y>, ServicesOf<Y>>;
export function call<Args extends unknown[], A>(
  fn: (...args: Args) => A,
  ...args: Args
): Wait<Awaited<A>, unknown>;
export function call(fn: AnyFunction, ...args: unknown[]): Wait<unknown, unknown> {
  checkFunction(fn, "call");
  return new Call(fn, args);
}
