import { checkFunction } from "./body.ts";
import type { Fiber } from "./fiber.ts";
import { type Body, begin, killOnAbort, makeFiber } from "./spawn.ts";
import type { Yieldable } from "./wait.ts";

/** How the fibers of a wrapped function live. */
export interface WrapOptions {
  /** Its abort kills every fiber that the function has running. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes an ordinary function of a body: each call spawns a fiber and returns a
 * Promise of its value. For route handlers, event listeners, `Array.map`.
 *
 * @throws TypeError at the call of `wrap` for what is no body.
 * @example
 * ```ts
 * import { sleep, wrap } from "fibril";
 *
 * const double = wrap(function* (n: number) {
 *   yield* sleep(1);
 *   return n * 2;
 * });
 * Promise.all([1, 2, 3].map((n) => double(n))).then(console.log); // -> [ 2, 4, 6 ]
 * ```
 */
export function wrap<This, Args extends unknown[], Y extends Yieldable<unknown, unknown>, A>(
  body: (this: This, ...args: Args) => Body<Y, A>,
  options?: WrapOptions,
): (this: This, ...args: Args) => Promise<A>;
export function wrap<This, Args extends unknown[], A>(
  body: (this: This, ...args: Args) => A,
  options?: WrapOptions,
): (this: This, ...args: Args) => Promise<Awaited<A>>;
export function wrap(
  body: (this: unknown, ...args: unknown[]) => unknown,
  options: WrapOptions = {},
): (this: unknown, ...args: unknown[]) => Promise<unknown> {
  checkFunction(body, "wrap");
  const wrapped = function wrapped(this: unknown, ...args: unknown[]): Promise<unknown> {
    const fiber: Fiber = makeFiber("wrap", body.bind(this), args, wrapped as never);
    fiber.name = `${body.name || "fiber"}-${fiber.id}`;
    begin(fiber);
    if (options.signal !== undefined) killOnAbort(fiber, options.signal);
    return Promise.resolve(fiber);
  };
  return wrapped;
}
