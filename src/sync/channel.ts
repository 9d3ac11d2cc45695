import { show } from "../fiber/body.ts";
import type { Unawaited } from "../fiber/iwait.ts";
import type { Wait } from "../fiber/wait.ts";
import { closedForReceive, closedForSend, Next, Receive, Send } from "./channel-ops.ts";
import { Exchange, NOTHING, REFUSED } from "./exchange.ts";

/**
 * A pipe between fibers. With capacity 0, the default, it is a rendezvous: a
 * send waits until somebody receives, and the receiver goes on first. Otherwise
 * so many values wait in it, and a send waits when it is full. Whoever waits
 * longest is served first; a kill or a timeout at a wait loses no value.
 *
 * Iterate over it with `for await`, in a fiber with `forEach` or `next`: that
 * ends when it is closed and empty.
 *
 * gevent: `gevent.queue.Channel`; stackless: `stackless.channel`.
 *
 * @example
 * ```ts
 * import { forEach, joinAll, spawn } from "fibril";
 * import { Channel } from "fibril/channel";
 *
 * function* producer(channel: Channel<number>) {
 *   for (let n = 1; n <= 3; n++) yield* channel.send(n);
 *   channel.close();
 * }
 * function* consumer(channel: Channel<number>) {
 *   yield* forEach(channel, (n) => console.log(n));
 * }
 * const channel = new Channel<number>();
 * void joinAll([spawn(producer, channel), spawn(consumer, channel)]).then();
 * // -> 1
 * // -> 2
 * // -> 3
 * ```
 */
export class Channel<T> implements AsyncIterable<Unawaited<T>> {
  readonly #exchange: Exchange<T>;
  readonly #receive: Receive<T>;
  readonly #next: Next<T>;

  /** @throws RangeError for a capacity that is no integer >= 0; Infinity is one. */
  constructor(capacity = 0) {
    checkCapacity(capacity);
    this.#exchange = new Exchange<T>(capacity);
    this.#receive = new Receive(this.#exchange);
    this.#next = new Next(this.#exchange);
  }

  /** Gives `value` away: waits while no receiver is there and the channel is full. Throws ChannelClosed. */
  send(value: T): Wait<void> {
    return new Send(this.#exchange, value);
  }

  /** Waits for a value. Throws ChannelClosed once the channel is closed and empty. */
  receive(): Wait<T> {
    return this.#receive as Wait<T>;
  }

  /** Gives `value` away if nobody has to wait for that; throws ChannelClosed. */
  trySend(value: T): boolean {
    if (this.#exchange.closed) throw closedForSend();
    return this.#exchange.give(value) !== REFUSED;
  }

  /** A value, in an object, if one is there; throws ChannelClosed once there will be none. */
  tryReceive(): { readonly value: T } | undefined {
    const value = this.#exchange.take();
    if (value !== NOTHING) return { value };
    if (this.#exchange.closed) throw closedForReceive();
    return undefined;
  }

  /**
   * No send may begin from now on. What was sent before can still be received,
   * from senders that wait as well; receivers that wait for more get ChannelClosed,
   * iterations end. Closing twice is nothing.
   */
  close(): void {
    this.#exchange.close();
  }

  /** Whether `close` was called; there may be values left. */
  get closed(): boolean {
    return this.#exchange.closed;
  }

  get capacity(): number {
    return this.#exchange.capacity;
  }

  /** How many values wait in the channel, without those of waiting senders. */
  get size(): number {
    return this.#exchange.buffered;
  }

  /** How many senders wait; negative: how many receivers. */
  get balance(): number {
    return this.#exchange.senders.size - this.#exchange.receivers.size;
  }

  /** As `receive`, in the form of an iterator's step: its end is that of the channel. */
  next(): Wait<IteratorResult<T, undefined>> {
    return this.#next;
  }

  [Symbol.asyncIterator](): AsyncIterator<Unawaited<T>> {
    // A loop that is left early leaves the channel open to others.
    return { next: () => this.#next as unknown as Promise<IteratorResult<Unawaited<T>>> };
  }
}

function checkCapacity(capacity: unknown): void {
  if (typeof capacity !== "number") {
    throw new TypeError(`Cannot make a Channel of capacity ${show(capacity)}: pass a number`);
  }
  if (capacity >= 0 && (Number.isInteger(capacity) || capacity === Number.POSITIVE_INFINITY))
    return;
  throw new RangeError(
    `Cannot make a Channel of capacity ${capacity}: pass an integer >= 0, or Infinity`,
  );
}
