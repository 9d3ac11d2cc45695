import type { FiberCore } from "../fiber/core.ts";
import { ready, type Step } from "../fiber/fiber-state.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import type { Park } from "../scheduler/park.ts";
import { ChannelClosed } from "./channel-closed.ts";
import { type Exchange, HANDED, NOTHING, REFUSED, Receiver, Sender } from "./exchange.ts";

export class Send<T> extends SelectableOp<void> {
  readonly #exchange: Exchange<T>;
  readonly #value: T;

  constructor(exchange: Exchange<T>, value: T) {
    super();
    this.#exchange = exchange;
    this.#value = value;
  }

  poll(fiber: FiberCore): Step | undefined {
    const exchange = this.#exchange;
    if (exchange.closed) throw closedForSend();
    const given = exchange.give(this.#value);
    if (given === REFUSED) return undefined;
    const isRendezvous = given === HANDED && exchange.capacity === 0;
    return isRendezvous && !isStruck(fiber) ? fiber.requeue() : ready(undefined);
  }

  enlist(waiter: Waiter): Sender<T> {
    const sender = new Sender(waiter, this.#value);
    this.#exchange.senders.push(sender);
    return sender;
  }

  /** As inherited, but its calls have one target each: worth 10 ns of 100. */
  override begin(fiber: FiberCore): Step {
    return this.poll(fiber) ?? fiber.parkOn(this.enlist(fiber));
  }
}

/**
 * The sender of a rendezvous goes on behind the receiver that it woke. That is a
 * park, where a kill or a timeout that is due would be thrown: not after the
 * value is gone, or its sender would take it for one that was never sent.
 */
function isStruck({ extra }: FiberCore): boolean {
  return extra !== undefined && (extra.strikes.length > 0 || extra.killing !== undefined);
}

/** Keeps no state: a channel has one. */
export class Receive<T> extends SelectableOp<T> {
  readonly #exchange: Exchange<T>;

  constructor(exchange: Exchange<T>) {
    super();
    this.#exchange = exchange;
  }

  poll(): Step | undefined {
    const value = this.#exchange.take();
    if (value !== NOTHING) return ready(value);
    if (this.#exchange.closed) throw closedForReceive();
    return undefined;
  }

  enlist(waiter: Waiter): Receiver<T> {
    const receiver = new ValueReceiver<T>(waiter);
    this.#exchange.receivers.push(receiver);
    return receiver;
  }

  override begin(fiber: FiberCore): Step {
    return this.poll() ?? fiber.parkOn(this.enlist(fiber));
  }
}

class ValueReceiver<T> extends Receiver<T> {
  accept(value: T): void {
    this.waiter.wake(value);
  }

  refuse(): void {
    this.waiter.wakeThrowing(closedForReceive());
  }
}

/** As `Receive`, for iteration: a closed channel is the end of it. */
export class Next<T> extends SelectableOp<IteratorResult<T, undefined>> {
  readonly #exchange: Exchange<T>;

  constructor(exchange: Exchange<T>) {
    super();
    this.#exchange = exchange;
  }

  poll(): Step | undefined {
    const value = this.#exchange.take();
    if (value !== NOTHING) return ready({ done: false, value });
    return this.#exchange.closed ? ready({ done: true, value: undefined }) : undefined;
  }

  enlist(waiter: Waiter): Park {
    const receiver = new ItemReceiver<T>(waiter);
    this.#exchange.receivers.push(receiver);
    return receiver;
  }
}

class ItemReceiver<T> extends Receiver<T> {
  accept(value: T): void {
    this.waiter.wake({ done: false, value });
  }

  refuse(): void {
    this.waiter.wake({ done: true, value: undefined });
  }
}

export const closedForSend = (): ChannelClosed =>
  new ChannelClosed("Cannot send on a channel that is closed: close it after the last send");

export const closedForReceive = (): ChannelClosed =>
  new ChannelClosed(
    "Cannot receive from a channel that is closed and empty: iterate over it, or look at `closed` first",
  );
