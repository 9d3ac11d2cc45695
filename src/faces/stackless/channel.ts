import { show } from "../../fiber/body.ts";
import type { FiberCore } from "../../fiber/core.ts";
import type { Step } from "../../fiber/fiber-state.ts";
import { Op, script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import { Bomb } from "./bomb.ts";
import type { TaskletCore } from "./core.ts";
import { type Action, type Direction, RECEIVING, Rendezvous, SENDING } from "./rendezvous.ts";
import { StopIteration } from "./stop-iteration.ts";
import { type Tasklet, taskletOf } from "./tasklet.ts";
import { errorFrom, type Throwable } from "./thrown.ts";

/** `yield* channel.send(…)` and the like. */
class Act extends Op<unknown, unknown> implements Action {
  readonly direction: Direction;
  readonly value: unknown;
  readonly #rendezvous: Rendezvous;

  constructor(rendezvous: Rendezvous, direction: Direction, value?: unknown) {
    super();
    this.direction = direction;
    this.value = value;
    this.#rendezvous = rendezvous;
  }

  begin(fiber: FiberCore): Step {
    return this.#rendezvous.act(this, fiber);
  }
}

/**
 * Where tasklets hand values to each other, one at a time: who comes first waits.
 * Which of the two goes on at once is a matter of `preference`. The order in which
 * tasklets run is that of Stackless, exactly.
 *
 * For a channel with a capacity, and for `select`, see `fibril/channel`.
 *
 * Stackless: `stackless.channel`.
 *
 * @example
 * ```ts
 * import { Channel, run, tasklet } from "fibril/stackless";
 *
 * const numbers = new Channel<number>();
 * tasklet(function* () {
 *   console.log("got", yield* numbers.receive());
 * })();
 * tasklet(function* () {
 *   yield* numbers.send(1);
 *   console.log("sent");
 * })();
 * void run().then();
 * // -> got 1
 * // -> sent
 * ```
 */
export class Channel<T = unknown> implements AsyncIterable<T> {
  readonly #rendezvous: Rendezvous = new Rendezvous(this);
  readonly #receive: Wait<T, unknown>;
  readonly #next: Wait<IteratorResult<T, undefined>, unknown>;

  constructor() {
    this.#receive = new Act(this.#rendezvous, RECEIVING) as unknown as Wait<T, unknown>;
    this.#next = script(next<T>, this);
  }

  // --- To hand over

  /** Gives `value` to the receiver that waits longest; without one it is blocked. */
  send(value: T): Wait<void> {
    return this.#send(value);
  }

  /** Takes the value of the sender that waits longest; without one it is blocked. Throws what was sent to be thrown. */
  receive(): Wait<T, unknown> {
    return this.#receive;
  }

  /** As `send`, but the receiver throws: an error of this class, called with `args`. */
  sendException(error: Throwable, ...args: unknown[]): Wait<void> {
    return this.#send(new Bomb(errorFrom(error, args)));
  }

  /** As `send`, but the receiver throws `error`, an Error or a class of one; its stack is kept. */
  sendThrow(error: Throwable): Wait<void> {
    return this.#send(new Bomb(errorFrom(error)));
  }

  /** Sends every item; gives their number. */
  sendSequence(items: Iterable<T>): Wait<number> {
    if (typeof items?.[Symbol.iterator] !== "function") {
      throw new TypeError(`Cannot send the items of ${show(items)}: pass an iterable`);
    }
    return script(sendAll<T>, this, items);
  }

  /** As `receive`, in the form of an iterator's step: the end is a StopIteration, or a closed channel. */
  next(): Wait<IteratorResult<T, undefined>, unknown> {
    return this.#next;
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return { next: () => this.#next as unknown as Promise<IteratorResult<T>> };
  }

  // --- How it is

  /** How many senders are blocked; negative: how many receivers. */
  get balance(): number {
    return this.#rendezvous.balance;
  }

  /** The tasklet that is blocked longest; the others are behind it, by `next`. */
  get queue(): Tasklet | undefined {
    const { first } = this.#rendezvous.queue;
    return first && taskletOf(first.owner as TaskletCore);
  }

  /**
   * Who goes on at once when two meet: the receiver at -1, as at first, while the
   * sender becomes the last to run; the sender at 1, the receiver last; at 0
   * whoever came second. Other integers are taken for the nearest.
   */
  get preference(): number {
    return this.#rendezvous.preference;
  }

  set preference(preference: number) {
    if (!Number.isInteger(preference)) {
      throw new TypeError(`Cannot prefer ${show(preference)}: pass -1, 0 or 1`);
    }
    this.#rendezvous.preference = Math.max(-1, Math.min(1, preference));
  }

  /** Whether both let all others run first when two meet, whatever the preference. */
  get scheduleAll(): boolean {
    return this.#rendezvous.scheduleAll;
  }

  set scheduleAll(isSet: boolean) {
    this.#rendezvous.scheduleAll = isSet;
  }

  /**
   * Nobody can be blocked here from now on: that throws a ChannelClosed. Those who
   * are blocked already stay so until somebody comes for them.
   */
  close(): void {
    this.#rendezvous.isClosing = true;
  }

  /** Takes back `close`. */
  open(): void {
    this.#rendezvous.isClosing = false;
  }

  /** Whether `close` was called. */
  get closing(): boolean {
    return this.#rendezvous.isClosing;
  }

  /** Whether `close` was called and nobody is blocked any more. */
  get closed(): boolean {
    return this.closing && this.balance === 0;
  }

  #send(value: unknown): Wait<void> {
    return new Act(this.#rendezvous, SENDING, value) as unknown as Wait<void>;
  }
}

function* sendAll<T>(
  channel: Channel<T>,
  items: Iterable<T>,
): Generator<Yieldable<never>, number, never> {
  let count = 0;
  for (const item of items) {
    yield* channel.send(item);
    count++;
  }
  return count;
}

function* next<T>(channel: Channel<T>): Generator<Yieldable, IteratorResult<T, undefined>, never> {
  if (channel.closing && channel.balance <= 0) return { done: true, value: undefined };
  try {
    return { done: false, value: yield* channel.receive() };
  } catch (error) {
    if (error instanceof StopIteration) return { done: true, value: undefined };
    throw error;
  }
}

/**
 * A new channel. Its type is what it carries: `channel<string>()`.
 *
 * Stackless: `stackless.channel()`.
 *
 * @example
 * ```ts
 * import { channel, run, tasklet } from "fibril/stackless";
 *
 * const words = channel<string>();
 * tasklet(function* (name: string) {
 *   yield* words.send(`Hello ${name}`);
 * })("Bob");
 * async function main() {
 *   console.log(await words.receive()); // -> Hello Bob
 *   await run();
 * }
 * void main();
 * ```
 */
export function channel<T = unknown>(): Channel<T> {
  return new Channel<T>();
}
