import { hub } from "../scheduler/hub.ts";
import { madeFrom } from "./body.ts";
import type { FiberCore } from "./core.ts";
import type { Frame } from "./extra.ts";
import type { Step } from "./fiber-state.ts";
import { until } from "./until.ts";
import type { Yieldable } from "./wait.ts";

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * The first frame of a greenlet: its first step calls `run` and puts the
 * generator that this gives in its own place. Begun this way and not as a
 * generator around the other, which every later step would pass through.
 */
export class Beginning {
  readonly #run: AnyFunction;
  readonly #self: unknown;
  readonly #args: readonly unknown[];

  constructor(run: AnyFunction, self: unknown, args: readonly unknown[]) {
    this.#run = run;
    this.#self = self;
    this.#args = args;
  }

  /** As the driver takes it. */
  static frame(run: AnyFunction, self: unknown, args: readonly unknown[]): Frame {
    return new Beginning(run, self, args) as unknown as Frame;
  }

  next(): Step {
    const made = madeFrom(this.#run.apply(this.#self, this.#args as unknown[]));
    if (made.kind === "value") return { done: true, value: made.value };
    const frame = made.kind === "frame" ? made.frame : awaiting(made.promise);
    (hub.current as FiberCore).body = frame;
    return frame.next(undefined);
  }

  /** Thrown into before it began: `run` is never called. */
  throw(error: unknown): never {
    throw error;
  }

  return(value: unknown): Step {
    return { done: true, value };
  }
}

function* awaiting(promise: PromiseLike<unknown>): Generator<Yieldable, unknown, never> {
  return yield* until(promise);
}
