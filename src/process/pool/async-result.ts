import * as Cause from "effect/Cause";
import { checkOptions, isLimited, limited, type WaitOptions } from "../../fiber/limits.ts";

import type { Wait } from "../../fiber/wait.ts";
import { Links, type RawLink } from "../../sync/links.ts";
import { Outcome, ResultGet, ResultWait } from "../../sync/outcome.ts";
import { ProcessError } from "../process-error.ts";
import { tell } from "./tell.ts";

/** What is called with a result. */
export interface Callbacks {
  readonly callback: ((value: never) => unknown) | undefined;
  readonly errorCallback: ((error: unknown) => unknown) | undefined;
}

/** A result that comes: owns who waits for it. */
export class Delivery<A> extends Outcome<A> {
  /** What it is of, until it is there. */
  subject: { about(): string } | undefined = undefined;
  readonly #callbacks: Callbacks | undefined;

  constructor(callbacks?: Callbacks) {
    super();
    this.#callbacks = callbacks;
  }

  fulfil(value: A): void {
    this.value = value;
    this.#deliver(this.#callbacks?.callback, value);
  }

  override describe(method: "get" | "wait"): string {
    const about = this.subject === undefined ? "" : ` of ${this.subject.about()}`;
    return `${super.describe(method)}${about}`;
  }

  reject(error: unknown): void {
    this.thrown = { error, cause: Cause.fail(error) };
    this.#deliver(this.#callbacks?.errorCallback, error);
  }

  /** The callback gets a fiber of its own, ahead of who waits: what it throws harms nobody, and is reported. */
  #deliver(callback: ((value: never) => unknown) | undefined, value: unknown): void {
    this.settled = true;
    this.subject = undefined;
    tell(callback, value);
    this.settle();
  }
}

/**
 * A result of a pool that comes later: what `applyAsync`, `mapAsync` and
 * `starmapAsync` give.
 *
 * multiprocessing: `multiprocessing.pool.AsyncResult`.
 *
 * @example
 * ```ts
 * import { type AsyncResult, Pool } from "fibril/process";
 *
 * async function main() {
 *   const pool = new Pool(1);
 *   const result: AsyncResult<number> = pool.applyAsync((a: number, b: number) => a * b, [6, 7]);
 *   console.log(result.ready()); // -> false
 *   console.log(await result.get()); // -> 42
 *   await pool[Symbol.asyncDispose]();
 * }
 * void main();
 * ```
 */
export class AsyncResult<A = unknown> {
  readonly #outcome: Outcome<A>;
  #links: Links<this> | undefined;

  /** Pools make them. */
  constructor(outcome: Outcome<A>) {
    this.#outcome = outcome;
  }

  /** Waits for the value, or throws the error of the task; past `timeout` a Timeout, and the task goes on. */
  get(options?: WaitOptions): Wait<A, unknown> {
    checkOptions(options, "get");
    const get = new ResultGet<A, unknown>(this.#outcome);
    return isLimited(options) ? limited(get, options) : get;
  }

  /** Waits until there is a result, at most for `timeout`, and gives the value if it is one; never throws its error. */
  wait(options?: WaitOptions): Wait<A | undefined> {
    checkOptions(options, "wait");
    const wait = new ResultWait<A>(this.#outcome);
    return isLimited(options) ? limited(wait, options, { value: undefined }) : wait;
  }

  /** Whether there is a result. */
  ready(): boolean {
    return this.#outcome.settled;
  }

  /** Whether the result is a value and no error. @throws ProcessError if there is none yet. */
  successful(): boolean {
    if (!this.#outcome.settled) {
      throw new ProcessError("The result is not ready: wait for it, or ask ready() first");
    }
    return this.#outcome.thrown === undefined;
  }

  /** Calls `callback(result)` once there is one, in the run loop itself: it must neither wait nor throw. */
  rawLink(callback: RawLink<this>): void {
    this.#links ??= new Links(this);
    this.#outcome.audience.join(this.#links.add(callback));
    if (this.#outcome.settled) this.#outcome.audience.tell();
  }

  /** Takes a `rawLink` back. */
  unlink(callback: unknown): void {
    this.#links?.remove(callback);
  }
}
