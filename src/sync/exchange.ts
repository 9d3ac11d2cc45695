import type { Waiter } from "../fiber/selectable.ts";
import { Ring } from "../internal/ring.ts";
import { WaiterList, WaiterNode } from "../internal/waiters.ts";
import type { Park } from "../scheduler/park.ts";

/** `take` found nothing; an item may be anything, `undefined` as well. */
export const NOTHING: unique symbol = Symbol("nothing");

/** What became of a value that was given. */
export const REFUSED = 0;
export const BUFFERED = 1;
/** A receiver that waited has it. */
export const HANDED = 2;
export type Given = typeof REFUSED | typeof BUFFERED | typeof HANDED;

/** Few channels hold more at a time; the ring grows. */
const INITIAL_BUFFER = 16;

/**
 * Where a channel's values are: in the buffer, with senders that wait for room,
 * or on their way. Receivers wait only while there is no value, senders only
 * while there is no room, so that not both lists have somebody in them.
 */
export class Exchange<T> {
  readonly capacity: number;
  readonly buffer: Ring<T> | undefined;
  readonly senders: WaiterList<Sender<T>> = new WaiterList();
  readonly receivers: WaiterList<Receiver<T>> = new WaiterList();
  closed = false;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.buffer = capacity > 0 ? new Ring<T>(INITIAL_BUFFER) : undefined;
  }

  get buffered(): number {
    return this.buffer?.size ?? 0;
  }

  give(value: T): Given {
    const receiver = this.receivers.shift();
    if (receiver !== undefined) {
      receiver.accept(value);
      return HANDED;
    }
    const { buffer } = this;
    if (buffer === undefined || buffer.size >= this.capacity) return REFUSED;
    buffer.push(value);
    return BUFFERED;
  }

  /** The oldest value. The sender that waits longest gets its room. */
  take(): T | typeof NOTHING {
    const { buffer } = this;
    if (buffer === undefined || buffer.isEmpty()) return this.#takeFromSender();
    const value = buffer.shift() as T;
    const next = this.#takeFromSender();
    if (next !== NOTHING) buffer.push(next);
    return value;
  }

  #takeFromSender(): T | typeof NOTHING {
    const sender = this.senders.shift();
    if (sender === undefined) return NOTHING;
    sender.waiter.wake(undefined);
    return sender.value;
  }

  /** Values that are here, and with senders that wait already, can still be received. */
  close(): void {
    this.closed = true;
    for (let each = this.receivers.shift(); each; each = this.receivers.shift()) each.refuse();
  }
}

/** Who waits to be rid of a value. */
export class Sender<T> extends WaiterNode implements Park {
  declare readonly waiter: Waiter;
  declare readonly value: T;

  constructor(waiter: Waiter, value: T) {
    super();
    this.waiter = waiter;
    this.value = value;
  }

  cancel(): boolean {
    this.list?.remove(this);
    return true;
  }

  describe(): string {
    return "channel.send";
  }
}

/** Who waits for a value. */
export abstract class Receiver<T> extends WaiterNode implements Park {
  declare readonly waiter: Waiter;

  constructor(waiter: Waiter) {
    super();
    this.waiter = waiter;
  }

  abstract accept(value: T): void;
  /** The channel was closed: there will be none. */
  abstract refuse(): void;

  cancel(): boolean {
    this.list?.remove(this);
    return true;
  }

  describe(): string {
    return "channel.receive";
  }
}
