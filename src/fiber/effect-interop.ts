import type * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import { Scheduler } from "effect/Scheduler";
import { scheduler } from "../scheduler/dispatcher.ts";
import { withOurScheduler } from "./context.ts";
import type { Fiber } from "./fiber.ts";
import { type Body, begin, type ErrorOf, makeFiber, type ServicesOf } from "./spawn.ts";
import type { Yieldable } from "./wait.ts";

/**
 * An Effect that runs a fiber's body: like `Effect.gen`, but a failed or
 * interrupted `yield*` is thrown there, so that `catch` and `finally` run. An
 * interruption from outside kills the fiber and waits for its death; failures
 * keep their type.
 *
 * @throws TypeError at the call for what is no body.
 * @example
 * ```ts
 * import * as Effect from "effect/Effect";
 * import { gen } from "fibril";
 *
 * const program = gen(function* () {
 *   try {
 *     return yield* Effect.fail("no");
 *   } catch (error) {
 *     return `caught ${error}`;
 *   }
 * });
 * Effect.runPromise(program).then(console.log); // -> caught no
 * ```
 */
export function gen<Y extends Yieldable<unknown, unknown>, A>(
  body: () => Body<Y, A>,
): Effect.Effect<A, ErrorOf<Y>, ServicesOf<Y>> {
  return Effect.withFiber((effectFiber) =>
    Effect.callback<A, ErrorOf<Y>>((resume) => {
      const fiber = inContext<A, ErrorOf<Y>>("run gen", body, effectFiber.context, gen);
      fiber.addObserver(resume);
      begin(fiber);
      return Effect.suspend(() => {
        fiber.interruptUnsafe(effectFiber.id);
        return fiber.join();
      });
    }),
  ) as Effect.Effect<A, ErrorOf<Y>, ServicesOf<Y>>;
}

/**
 * An Effect that spawns a fiber with the services in scope: `spawn` for bodies
 * that need some.
 *
 * @throws TypeError at the call for what is no body.
 * @example
 * ```ts
 * import * as Effect from "effect/Effect";
 * import { fork, sleep } from "fibril";
 *
 * const program = Effect.gen(function* () {
 *   const fiber = yield* fork(function* () {
 *     yield* sleep(1);
 *     return "done";
 *   });
 *   return yield* fiber.get();
 * });
 * Effect.runPromise(program).then(console.log); // -> done
 * ```
 */
export function fork<Y extends Yieldable<unknown, unknown>, A>(
  body: () => Body<Y, A>,
): Effect.Effect<Fiber<A, ErrorOf<Y>>, never, ServicesOf<Y>> {
  return Effect.withFiber((effectFiber) =>
    Effect.sync(() => begin(inContext<A, ErrorOf<Y>>("fork", body, effectFiber.context, fork))),
  ) as Effect.Effect<Fiber<A, ErrorOf<Y>>, never, ServicesOf<Y>>;
}

function inContext<A, E>(
  verb: string,
  body: () => Body<Yieldable<unknown, unknown>, A>,
  context: Context.Context<never>,
  caller: (...args: never[]) => unknown,
): Fiber<A, E> {
  return makeFiber(verb, body, undefined, caller, withOurScheduler(context)) as Fiber<A, E>;
}

/**
 * Provides fibril's scheduler to an Effect program: its fibers then take turns
 * with ours on one queue, and share the budget that keeps sockets responsive.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect";
 * import { schedulerLayer } from "fibril";
 *
 * const program = Effect.yieldNow.pipe(Effect.as("shared"), Effect.provide(schedulerLayer));
 * Effect.runPromise(program).then(console.log); // -> shared
 * ```
 */
export const schedulerLayer: Layer.Layer<never> = /* @__PURE__ */ ourScheduler();

/** A function, so that a bundler can leave it out together with Layer. */
function ourScheduler(): Layer.Layer<never> {
  return Layer.succeed(Scheduler)(scheduler) as Layer.Layer<never>;
}
