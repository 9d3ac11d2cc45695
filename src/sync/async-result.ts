import * as Cause from "effect/Cause";
import { show } from "../fiber/body.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import { Timeout } from "../fiber/timeout.ts";
import type { Wait } from "../fiber/wait.ts";
import { InvalidStateError } from "./invalid-state-error.ts";
import { Links, type RawLink } from "./links.ts";
import { Outcome, ResultGet, ResultWait } from "./outcome.ts";

/** What has a result by and by: a Fiber, an AsyncResult. */
export interface Settleable<A> {
  ready(): boolean;
  successful(): boolean;
  readonly value: A | undefined;
  readonly exception: unknown;
}

/**
 * A value, or an error, that comes later and once: `set` or `setException` gives
 * it to all who wait, in the order in which they came, and to all after them.
 *
 * gevent: `gevent.event.AsyncResult`, where a second `set` overwrites the first;
 * here it throws an InvalidStateError.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { AsyncResult } from "fibril/sync";
 *
 * const answer = new AsyncResult<number>();
 * spawn(function* () {
 *   console.log(yield* answer.get()); // -> 42
 * });
 * spawn(() => 6 * 7).link(answer.settle);
 * ```
 */
export class AsyncResult<A = unknown, E = unknown> {
  readonly #outcome: Outcome<A> = new Outcome();
  #links: Links<this> | undefined;
  #settle: ((source: Settleable<A>) => void) | undefined;

  /** @throws InvalidStateError if it is settled. */
  set(value: A): void {
    this.#refuseSettled("set");
    this.#outcome.value = value;
    this.#outcome.settle();
  }

  /** Makes `get` throw `error`. Throws InvalidStateError if it is settled. */
  setException(error: E): void {
    this.#refuseSettled("setException");
    this.#outcome.thrown = { error, cause: Cause.fail(error) };
    this.#outcome.settle();
  }

  /** Takes over how a Fiber or another AsyncResult has ended: `fiber.link(result.settle)`. */
  get settle(): (source: Settleable<A>) => void {
    this.#settle ??= (source) => {
      if (!source.ready()) {
        throw new InvalidStateError(`Cannot settle by ${show(source)} before that is ready`);
      }
      if (source.successful()) this.set(source.value as A);
      else this.setException(source.exception as E);
    };
    return this.#settle;
  }

  /** Whether it has a value or an error. */
  ready(): boolean {
    return this.#outcome.settled;
  }

  /** Whether it has a value. */
  successful(): boolean {
    return this.#outcome.settled && this.#outcome.thrown === undefined;
  }

  /** The value, if it has one. */
  get value(): A | undefined {
    return this.#outcome.value;
  }

  /** The error, if it has one: the same object that every `get` throws. */
  get exception(): unknown {
    return this.#outcome.thrown?.error;
  }

  /** Waits for the value, or throws the error; past `timeout` a Timeout. */
  get(options?: WaitOptions): Wait<A, E> {
    checkOptions(options, "get");
    const get = new ResultGet<A, E>(this.#outcome);
    return isLimited(options) ? limited(get, options) : (get as Wait<A, E>);
  }

  /** The value or the error of one that is settled; throws a Timeout if it is not. */
  getNowait(): A {
    const { settled, thrown, value } = this.#outcome;
    if (!settled) throw new Timeout(0);
    if (thrown !== undefined) throw thrown.error;
    return value as A;
  }

  /** Waits until it is settled, and gives the value: `undefined` for an error, or if the `timeout` came first. */
  wait(options?: WaitOptions): Wait<A | undefined> {
    checkOptions(options, "wait");
    const wait = new ResultWait<A>(this.#outcome);
    return isLimited(options) ? limited(wait, options, { value: undefined }) : wait;
  }

  /** Calls `callback(result)` once when it is settled, in the run loop itself: it must neither wait nor throw. */
  rawLink(callback: RawLink<this>): void {
    this.#links ??= new Links(this);
    this.#outcome.audience.join(this.#links.add(callback));
    if (this.#outcome.settled) this.#outcome.audience.tell();
  }

  /** Takes a `rawLink` back. */
  unlink(callback: unknown): void {
    this.#links?.remove(callback);
  }

  #refuseSettled(verb: string): void {
    if (!this.#outcome.settled) return;
    const how = this.successful() ? "a value" : "an error";
    throw new InvalidStateError(
      `Cannot ${verb} an AsyncResult that has ${how} already: make a new one for the next result`,
    );
  }
}
