import * as Cause from "effect/Cause";
import { show } from "../fiber/body.ts";
import type { FiberCore } from "../fiber/core.ts";
import type { Step } from "../fiber/fiber-state.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import type { Thrown } from "../fiber/outcome.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import { Timeout } from "../fiber/timeout.ts";
import type { Wait } from "../fiber/wait.ts";
import { Audience } from "./audience.ts";
import { InvalidStateError } from "./invalid-state-error.ts";
import { Links, type RawLink } from "./links.ts";
import { WaitingPlace } from "./place.ts";

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

/** What an AsyncResult has, and who waits for it. */
class Outcome<A> {
  settled = false;
  value: A | undefined = undefined;
  thrown: Thrown | undefined = undefined;
  readonly audience: Audience = new Audience();

  settle(): void {
    this.settled = true;
    this.audience.tell();
  }
}

class ResultGet<A, E> extends SelectableOp<A, E> {
  readonly #outcome: Outcome<A>;

  constructor(outcome: Outcome<A>) {
    super();
    this.#outcome = outcome;
  }

  poll(fiber: FiberCore): Step | undefined {
    const { settled, thrown, value, audience } = this.#outcome;
    if (!settled) return undefined;
    if (thrown !== undefined) throw fiber.failing(thrown);
    return audience.admit(fiber, value);
  }

  enlist(waiter: Waiter): GetPlace<A> {
    const place = new GetPlace(waiter, this.#outcome);
    this.#outcome.audience.join(place);
    return place;
  }
}

/** As `ResultGet`, without the error. */
class ResultWait<A> extends SelectableOp<A | undefined> {
  readonly #outcome: Outcome<A>;

  constructor(outcome: Outcome<A>) {
    super();
    this.#outcome = outcome;
  }

  poll(fiber: FiberCore): Step | undefined {
    const { settled, value, audience } = this.#outcome;
    return settled ? audience.admit(fiber, value) : undefined;
  }

  enlist(waiter: Waiter): WaitPlace<A> {
    const place = new WaitPlace(waiter, this.#outcome);
    this.#outcome.audience.join(place);
    return place;
  }
}

class WaitPlace<A> extends WaitingPlace {
  protected readonly outcome: Outcome<A>;

  constructor(waiter: Waiter, outcome: Outcome<A>) {
    super(waiter);
    this.outcome = outcome;
  }

  serve(): void {
    this.waiter.wake(this.outcome.value);
  }

  describe(): string {
    return "result.wait";
  }
}

class GetPlace<A> extends WaitPlace<A> {
  override serve(): void {
    const { thrown, value } = this.outcome;
    if (thrown === undefined) this.waiter.wake(value);
    else this.waiter.wakeFailed(thrown);
  }

  override describe(): string {
    return "result.get";
  }
}
