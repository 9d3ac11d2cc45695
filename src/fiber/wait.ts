import * as Effect from "effect/Effect";
import * as Effectable from "effect/Effectable";
import * as Exit from "effect/Exit";
import { getCurrent as currentEffectFiber } from "effect/Fiber";
import { SingleShotGen } from "effect/Utils";
import { hub } from "../scheduler/hub.ts";
import type { FiberCore } from "./core.ts";
import type { Frame } from "./extra.ts";
import type { Step } from "./fiber-state.ts";
import { Guest } from "./guest.ts";
import { errorOf } from "./outcome.ts";
import { RUNNING } from "./state.ts";
import { steppedByHand } from "./stepped-by-hand.ts";

/**
 * Something that may park: `yield*` it in a fiber, `await` it in an async
 * function or at the top level of a script, compose it in an Effect program.
 *
 * It is a description, like any Effect: nothing happens before it is run, and
 * run twice it happens twice. It has `then` only where it needs no service.
 */
export type Wait<A, E = never, R = never> = Effect.Effect<A, E, R> &
  ([R] extends [never] ? PromiseLike<A> : unknown);

/**
 * What a body yields: Waits and Effects. A generator that calls itself needs its
 * type written down: `Generator<Yieldable, Value, unknown>`.
 */
export type Yieldable<E = unknown, R = never> = Effect.Effect<unknown, E, R>;

/** The fiber whose body runs at this moment, unless that runs an Effect program by itself. */
export function nativeFiber(): FiberCore | undefined {
  if (hub.current === undefined || currentEffectFiber() !== undefined) return undefined;
  return hub.current as FiberCore;
}

/** What every Wait shares: how it is run where no fiber's body is. */
export abstract class WaitBase<A, E, R> extends Effectable.Class<A, E, R> {
  get "~fibril/Wait"(): true {
    return true;
  }

  /** In an Effect program it runs on a fiber of its own, which an interruption kills. */
  asEffect(): Effect.Effect<A, E, R> {
    return Effect.withFiber((effectFiber) =>
      Effect.callback<A, E>((resume) => {
        const guest = new Guest(waiting(this), effectFiber.context, (exit) =>
          resume(exit as Exit.Exit<A, E>),
        );
        guest.start();
        return Effect.suspend(() => guest.stop());
      }),
    );
  }

  then<B = A, C = never>(
    onValue?: ((value: A) => B | PromiseLike<B>) | null,
    onError?: ((error: unknown) => C | PromiseLike<C>) | null,
  ): Promise<B | C> {
    const promise = new Promise<A>((resolve, reject) => {
      const guest = new Guest(waiting(this), undefined, (exit) => {
        if (Exit.isSuccess(exit)) resolve(exit.value as A);
        else reject(errorOf(exit.cause));
      });
      guest.start();
    });
    return promise.then(onValue, onError);
  }
}

function* waiting(wait: Iterable<unknown>): Frame {
  return yield* wait as Iterable<unknown> & { [Symbol.iterator](): Frame };
}

/**
 * A Wait that acts inside its own iterator: `begin` either does the work at once
 * and gives `ready(value)`, or registers the fiber and gives `fiber.parkOn(…)`.
 * Nothing is allocated for the `yield*` itself, and the op keeps no state: that
 * is in the fiber, so several fibers may run one op at once.
 */
export abstract class Op<A, E = never, R = never> extends WaitBase<A, E, R> {
  abstract begin(fiber: FiberCore): Step;

  override [Symbol.iterator](): Effect.EffectIterator<this> {
    return (nativeFiber() === undefined ? new SingleShotGen(this) : this) as never;
  }

  next(resumed: unknown): Step {
    const fiber = hub.current as FiberCore | undefined;
    if (resumed !== undefined && fiber !== undefined) return fiber.take();
    if (fiber === undefined) throw steppedByHand();
    if (fiber.state !== RUNNING) {
      fiber.unregister();
      throw steppedByHand();
    }
    const step = this.begin(fiber);
    // A body that never has to wait must not hold the turn for ever.
    if (step.done === true && hub.budget.spent()) return fiber.pause(step.value);
    return step;
  }

  /** What is thrown in at `yield* op` leaves it as it is. */
  throw(error: unknown): never {
    throw error;
  }
}

/** A Wait made of others: its generator runs as part of the body that yields it. */
export class Script<A, E, R, Args extends unknown[]> extends WaitBase<A, E, R> {
  readonly body: (...args: Args) => Generator<unknown, A, never>;
  readonly args: Args;

  constructor(body: (...args: Args) => Generator<unknown, A, never>, args: Args) {
    super();
    this.body = body;
    this.args = args;
  }

  override [Symbol.iterator](): Effect.EffectIterator<this> {
    if (nativeFiber() === undefined) return new SingleShotGen(this) as never;
    return this.body(...this.args) as never;
  }
}

/** `script(function* (a, b) { … }, a, b)`: see `Script`. */
export function script<A, E, R, Args extends unknown[]>(
  body: (...args: Args) => Generator<Effect.Effect<unknown, E, R>, A, never>,
  ...args: Args
): Wait<A, E, R> {
  return new Script<A, E, R, Args>(body, args) as unknown as Wait<A, E, R>;
}
