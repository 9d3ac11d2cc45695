import type { Input as DurationInput } from "effect/Duration";
import { hub } from "../scheduler/hub.ts";
import type { Park } from "../scheduler/park.ts";
import type { Drain } from "../scheduler/roster.ts";
import { show } from "./body.ts";
import type { FiberCore } from "./core.ts";
import { toMillis } from "./delay.ts";
import { ready, type Step } from "./fiber-state.ts";
import { checkOptions, limited, type WaitOptions } from "./limits.ts";
import { Op, script, type Wait, type Yieldable } from "./wait.ts";

/** What can be waited for: a Fiber, an Event, a Process: all with `rawLink`. */
export interface Waitable {
  // biome-ignore lint/suspicious/noExplicitAny: each kind of object passes itself
  rawLink(callback: (self: any) => void): void;
  unlink(callback: unknown): void;
}

/** How several things are waited for. */
export interface WaitAllOptions extends WaitOptions {
  /** How many are enough; more than there are means all. */
  readonly count?: number | undefined;
}

/** Without `then`: TypeScript takes an awaited thing for its value, though `for await` gives the thing. */
export type Unawaited<T> = T extends PromiseLike<unknown> ? Omit<T, "then"> : T;

/** Things as they finish: `for await` it, or `yield* it.next()` in a fiber. */
export interface Finishing<T> extends AsyncIterable<Unawaited<T>> {
  next(): Wait<IteratorResult<T, undefined>>;
  /** Takes its links off whatever has not finished. */
  return(): Wait<IteratorResult<T, undefined>>;
  [Symbol.dispose](): void;
}

/**
 * The objects, one by one in the order in which they finish. A `timeout` ends
 * the iteration silently.
 *
 * gevent: `gevent.iwait(objects, timeout, count)`.
 *
 * @throws TypeError at the call for objects without `rawLink`.
 * @example
 * ```ts
 * import { iwait, sleep, spawn } from "fibril";
 *
 * function* after(ms: number) {
 *   yield* sleep(ms);
 *   return ms;
 * }
 * async function main() {
 *   for await (const fiber of iwait([spawn(after, 20), spawn(after, 5)])) console.log(fiber.value);
 *   // -> 5
 *   // -> 20
 * }
 * void main();
 * ```
 */
export function iwait<T extends Waitable>(
  objects: Iterable<T>,
  options?: WaitAllOptions,
): Finishing<T> {
  checkOptions(options, "iwait");
  const all = [...objects];
  const stray = all.findIndex((each) => typeof each?.rawLink !== "function");
  if (stray >= 0) {
    throw new TypeError(
      `Cannot wait for ${show(all[stray])}: pass fibers, events or others that have rawLink`,
    );
  }
  if (Number.isNaN(options?.count)) throw new RangeError("Cannot wait for a count of NaN");
  return new Finisher(all, options);
}

/**
 * Waits until `objects` have finished and gives them in the order in which they
 * did; after the `timeout` those that had. Without objects: until no other fiber
 * is left, `false` if the `timeout` came first.
 *
 * gevent: `gevent.wait(objects, timeout, count)`.
 *
 * @throws TypeError at the call for objects without `rawLink`.
 * @example
 * ```ts
 * import { sleep, spawn, wait } from "fibril";
 *
 * const [slow, fast] = [spawn(() => sleep(20)), spawn(() => sleep(5))];
 * wait([slow, fast]).then((done) => console.log(done[0] === fast)); // -> true
 * ```
 */
export function wait(objects?: undefined, options?: WaitOptions): Wait<boolean>;
export function wait<T extends Waitable>(objects: Iterable<T>, options?: WaitAllOptions): Wait<T[]>;
export function wait<T extends Waitable>(
  objects?: Iterable<T>,
  options?: WaitAllOptions,
): Wait<boolean | T[]> {
  checkOptions(options, "wait");
  if (objects === undefined) return limited(drained, options ?? {}, { value: false });
  const all = [...objects];
  iwait(all, options);
  return script(collect<T>, all, options);
}

export function* collect<T extends Waitable>(
  objects: T[],
  options: WaitAllOptions | undefined,
): Generator<Yieldable<never>, T[], never> {
  const finishing = iwait(objects, options);
  const finished: T[] = [];
  try {
    for (;;) {
      const step = (yield* finishing.next()) as IteratorResult<T, undefined>;
      if (step.done === true) return finished;
      finished.push(step.value);
    }
  } finally {
    finishing[Symbol.dispose]();
  }
}

class Finisher<T extends Waitable> implements Finishing<T> {
  readonly #pending: T[];
  readonly #finished: T[] = [];
  readonly #options: WaitOptions;
  readonly #millis: number;
  #deadline: number | undefined;
  #left: number;
  #linked = false;
  /** The fibers in `next`, the longest waiting first. */
  readonly waiters: FiberCore[] = [];

  constructor(objects: T[], options: WaitAllOptions = {}) {
    this.#pending = objects;
    this.#left = Math.max(0, Math.min(options.count ?? objects.length, objects.length));
    this.#millis =
      options.timeout === undefined ? Number.POSITIVE_INFINITY : toMillis(options.timeout, "iwait");
    this.#options = options;
  }

  next(): Wait<IteratorResult<T, undefined>> {
    return script(this.#next, this as Finisher<T>);
  }

  readonly #next = function* <U extends Waitable>(
    self: Finisher<U>,
  ): Generator<Yieldable<never>, IteratorResult<U, undefined>, never> {
    if (self.#left === 0) return self.#end();
    self.#link();
    const options = { signal: self.#options.signal, timeout: self.#remaining() };
    const item = yield* limited(new NextFinished(self), options, { value: undefined });
    return item === undefined ? self.#end() : { done: false, value: item.object };
  };

  return(): Wait<IteratorResult<T, undefined>> {
    return script(
      function* (self: Finisher<T>) {
        return self.#end();
      },
      this as Finisher<T>,
    );
  }

  [Symbol.asyncIterator](): AsyncIterator<Unawaited<T>> {
    return this as unknown as AsyncIterator<Unawaited<T>>;
  }

  [Symbol.dispose](): void {
    this.#end();
  }

  take(): { object: T } | undefined {
    const object = this.#left === 0 ? undefined : this.#finished.shift();
    if (object === undefined) return undefined;
    if (--this.#left === 0) this.#end();
    return { object };
  }

  get pending(): readonly T[] {
    return this.#pending;
  }

  /** On the first `next`: nothing happens before it is asked for. */
  #link(): void {
    if (this.#linked) return;
    this.#linked = true;
    this.#deadline = hub.timers.now() + this.#millis;
    for (const object of this.#pending) object.rawLink(this.#onFinished);
  }

  readonly #onFinished = (object: T): void => {
    this.#finished.push(object);
    this.waiters.shift()?.wake(this.take());
  };

  #remaining(): DurationInput | undefined {
    if (this.#deadline === undefined || this.#deadline === Number.POSITIVE_INFINITY)
      return undefined;
    return Math.max(0, this.#deadline - hub.timers.now());
  }

  #end(): { done: true; value: undefined } {
    this.#left = 0;
    for (const object of this.#pending) object.unlink(this.#onFinished);
    for (const waiter of this.waiters.splice(0)) waiter.wake(undefined);
    return { done: true, value: undefined };
  }
}

/** The next that finishes. */
class NextFinished<T extends Waitable> extends Op<{ object: T } | undefined> {
  readonly #of: Finisher<T>;

  constructor(of: Finisher<T>) {
    super();
    this.#of = of;
  }

  begin(fiber: FiberCore): Step {
    const finished = this.#of.take();
    if (finished !== undefined) return ready(finished);
    this.#of.waiters.push(fiber);
    return fiber.parkOn(new FinishedPark(this.#of, fiber));
  }
}

class FinishedPark<T extends Waitable> implements Park {
  readonly #of: Finisher<T>;
  readonly #fiber: FiberCore;

  constructor(of: Finisher<T>, fiber: FiberCore) {
    this.#of = of;
    this.#fiber = fiber;
  }

  cancel(): boolean {
    const { waiters } = this.#of;
    waiters.splice(waiters.indexOf(this.#fiber), 1);
    return true;
  }

  describe(): string {
    return `wait for ${this.#of.pending.length} objects`;
  }
}

/** Waits until no fiber is left but those that wait for just that. */
class Drained extends Op<boolean> {
  begin(fiber: FiberCore): Step {
    // An async body waits by a guest, and must not wait for itself.
    const waiting = fiber.isGuest ? fiber.owner : fiber;
    const drain: Drain & Park = {
      isFiber: waiting?.daemon === false,
      withGuests: false,
      drained: () => fiber.wake(true),
      cancel: () => {
        hub.roster.forgetDrain(drain);
        return true;
      },
      describe: () => "wait until no fiber is left",
    };
    if (hub.roster.whenDrained(drain)) return ready(true);
    return fiber.parkOn(drain);
  }
}

const drained = /* @__PURE__ */ new Drained();
