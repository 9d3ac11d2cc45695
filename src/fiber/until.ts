import * as Cause from "effect/Cause";
import type { Park } from "../scheduler/park.ts";
import { isThenable, show } from "./body.ts";
import type { FiberCore } from "./core.ts";
import type { Step } from "./fiber-state.ts";
import { Op, type Wait } from "./wait.ts";

/** A promise of `fibril/monkey` knows what it is and how it ends: see own-promise.ts there. */
interface Owned {
  readonly "~fibril/call"?: { describe(): string; leave(fiber: FiberCore): void };
}

type Source<A> = PromiseLike<A> | ((signal: AbortSignal) => A | PromiseLike<A>);

/** One fiber waiting for one promise. */
class PromisePark implements Park {
  readonly #fiber: FiberCore;
  #controller: AbortController | undefined;
  #call: Owned["~fibril/call"];

  constructor(fiber: FiberCore) {
    this.#fiber = fiber;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  listen(promise: PromiseLike<unknown> & Owned): void {
    this.#call = promise["~fibril/call"];
    promise.then(
      (value) => this.#isWaiting() && this.#fiber.wake(value),
      (error) => this.#isWaiting() && this.#fail(error),
    );
  }

  #fail(error: unknown): void {
    this.#fiber.wakeFailed({ error, cause: Cause.fail(error) });
  }

  /** A result that comes after the fiber was taken off is dropped. */
  #isWaiting(): boolean {
    return this.#fiber.park === this;
  }

  cancel(): boolean {
    this.#controller?.abort();
    this.#call?.leave(this.#fiber);
    return true;
  }

  describe(): string {
    return this.#call?.describe() ?? "until(promise)";
  }
}

class Until<A> extends Op<A, unknown> {
  readonly #source: Source<A>;

  constructor(source: Source<A>) {
    super();
    this.#source = source;
  }

  begin(fiber: FiberCore): Step {
    const park = new PromisePark(fiber);
    const source = this.#source;
    const result = typeof source === "function" ? call(fiber, source, park.signal) : source;
    if (!isThenable(result)) return { done: true, value: result };
    const step = fiber.parkOn(park);
    park.listen(result);
    return step;
  }
}

function call<A>(
  fiber: FiberCore,
  source: (signal: AbortSignal) => A | PromiseLike<A>,
  signal: AbortSignal,
): A | PromiseLike<A> {
  try {
    return source(signal);
  } catch (error) {
    throw fiber.failing({ error, cause: Cause.fail(error) });
  }
}

/**
 * Waits for any promise. A function is called with a signal that aborts when the
 * fiber is killed or timed out: pass it on to `fetch` and its like. What comes
 * after that is dropped.
 *
 * @throws the rejection, a typed failure in Effect programs; TypeError at the call for anything else.
 * @example
 * ```ts
 * import { spawn, until } from "fibril";
 *
 * spawn(function* () {
 *   const bytes = yield* until(crypto.subtle.digest("SHA-256", new Uint8Array()));
 *   console.log(bytes.byteLength); // -> 32
 * });
 * ```
 */
export function until<A>(source: Source<A>): Wait<A, unknown> {
  if (typeof source !== "function" && !isThenable(source)) {
    throw new TypeError(
      `Cannot wait until ${show(source)}: pass a promise, or a function that makes one`,
    );
  }
  return new Until(source);
}
