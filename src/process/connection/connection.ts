import type { Input as DurationInput } from "effect/Duration";
import { show } from "../../fiber/body.ts";
import { toMillis } from "../../fiber/delay.ts";
import { checkOptions, limited, type WaitOptions } from "../../fiber/limits.ts";
import { script, type Wait } from "../../fiber/wait.ts";
import { plain } from "../../net/bytes.ts";
import { closedAtOnce } from "../../net/host-wait.ts";
import { type Reason, SocketError } from "../../net/socket-error.ts";
import { within } from "../../net/within.ts";
import { unwrap, wrap } from "../codec/parcel.ts";
import { BufferTooShort } from "./connection-errors.ts";
import { Incoming, type ReceiveError } from "./incoming.ts";
import { Outgoing, type SendError } from "./outgoing.ts";
import { NOT_YET, type Transport } from "./transport.ts";
import "../own-errors.ts";

/** Bytes to send, or to be filled. */
export type BytesLike = ArrayBufferView | ArrayBuffer;

/** How long `poll` waits. */
export interface PollOptions extends WaitOptions {
  /** Nothing if absent; `Infinity`: until something comes. */
  readonly timeout?: DurationInput | undefined;
}

/**
 * One end of a way to another process, on which whole messages go: `Pipe`,
 * `Client` and a Listener's `accept` make them. Several fibers may wait on it; the
 * first to come is the first served. A kill or a timeout in `recv` loses no
 * message, and in `send` leaves no part of one behind: it has gone whole, or not.
 *
 * An end of a Pipe can be sent to other processes in any way; one by socket moves to a
 * child as an argument of its Process, with what was not received, and is closed here.
 *
 * When the other end is closed, or its process has ended, what it had sent can
 * still be received; then comes an EOFError. A connection that nobody waits on
 * does not keep the program alive.
 *
 * multiprocessing: `multiprocessing.connection.Connection`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { Client, Listener } from "fibril/process";
 *
 * spawn(function* () {
 *   const listener = new Listener();
 *   const client = yield* Client(listener.address);
 *   const connection = yield* listener.accept();
 *   yield* client.send({ hello: [1, 2, 3] });
 *   console.log(yield* connection.poll({ timeout: "1 second" })); // -> true
 *   console.log(yield* connection.recv()); // -> { hello: [ 1, 2, 3 ] }
 *   for (const each of [client, connection, listener]) yield* each.close();
 * });
 * ```
 */
export class Connection {
  readonly #transport: Transport;
  readonly #incoming: Incoming;
  readonly #outgoing: Outgoing;
  #closed = false;

  /** @internal By Pipe, Client and accept: nobody else may use the transport then. */
  constructor(transport: Transport) {
    this.#transport = transport;
    this.#incoming = new Incoming(transport);
    this.#outgoing = new Outgoing(transport);
  }

  /**
   * Sends a value: whatever can go to another process. Waits while the other side
   * does not take what is on its way. Throws UnsendableError for what can't go,
   * BrokenPipeError where nobody is left to receive it.
   */
  send(value: unknown, options?: WaitOptions): Wait<void, SendError> {
    return within(
      "send",
      options,
      this.#outgoing.send(SEND, () => wrap(value)),
    );
  }

  /** Waits for a value and gives it; throws EOFError once nothing more will come. */
  // biome-ignore lint/suspicious/noExplicitAny: what the other process sent: only the program knows
  recv<T = any>(options?: WaitOptions): Wait<T, ReceiveError> {
    return this.#receive("receive from", options, (message) => unwrap(message) as T);
  }

  /**
   * Whether `recv` would not have to wait, if only for the end; asked again until
   * that is received. Waits for `timeout` at most, and without one not at all.
   */
  poll(options?: PollOptions): Wait<boolean, ReceiveError> {
    checkOptions(options, "poll");
    const { timeout = 0, signal } = options ?? {};
    const poll = this.#incoming.until(POLL, () => this.#incoming.isReady(POLL) || NOT_YET);
    if (toMillis(timeout, "poll for") <= 0) return script(() => pollNow(this.#incoming));
    return limited(poll, { timeout, signal }, { value: false }) as Wait<boolean, ReceiveError>;
  }

  /**
   * Sends bytes as they are, from `offset` on, `size` of them or all: the other end
   * takes them by `recvBytes`. No bytes are a message as well.
   *
   * @throws TypeError or RangeError at the call for a part that is not there.
   */
  sendBytes(
    buffer: BytesLike,
    offset = 0,
    size?: number,
    options?: WaitOptions,
  ): Wait<void, SendError> {
    const bytes = viewOf(buffer, "send");
    checkRange(offset, bytes.length, "send bytes from offset");
    checkRange(size ?? 0, bytes.length - offset, "send");
    const message = bytes.subarray(offset, size === undefined ? undefined : offset + size);
    return within(
      "sendBytes",
      options,
      this.#outgoing.send(SEND, () => message),
    );
  }

  /**
   * Waits for a message and gives its bytes. One of more than `maxLength` is an
   * error after which nothing can be received any more.
   *
   * @throws RangeError at the call for a length that is no integer >= 0.
   */
  recvBytes(
    maxLength?: number,
    options?: WaitOptions,
  ): Wait<Uint8Array<ArrayBuffer>, ReceiveError> {
    if (maxLength !== undefined) checkRange(maxLength, Number.MAX_SAFE_INTEGER, "receive");
    const read = (message: Uint8Array) => {
      if (message.length > (maxLength ?? message.length)) this.#refuseLong(message, maxLength);
      return new Uint8Array(message);
    };
    return this.#receive("receive bytes from", options, read);
  }

  /**
   * Waits for a message, puts its bytes into `buffer` from `offset` on, and gives
   * how many. One that does not fit is thrown as BufferTooShort, which has it.
   *
   * @throws TypeError or RangeError at the call for an offset outside of the buffer.
   */
  recvBytesInto(
    buffer: BytesLike,
    offset = 0,
    options?: WaitOptions,
  ): Wait<number, ReceiveError | BufferTooShort> {
    const target = viewOf(buffer, "receive into");
    checkRange(offset, target.length, "receive bytes at offset");
    const read = (message: Uint8Array) => {
      const room = target.length - offset;
      if (message.length > room) throw new BufferTooShort(new Uint8Array(message), room);
      target.set(message, offset);
      return message.length;
    };
    return this.#receive("receive bytes from", options, read);
  }

  /**
   * Closes this end at once: whoever waits on it gets an error, the other end what
   * was sent before, and then its end. Closing twice is nothing.
   */
  close(): Wait<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#incoming.close();
      this.#outgoing.close();
      this.#transport.close();
    }
    return closedAtOnce;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Whether anything can be received at this end: not at the sending one of a one-way Pipe. */
  get readable(): boolean {
    return this.#transport.readable;
  }

  /** Whether anything can be sent from this end. */
  get writable(): boolean {
    return this.#transport.writable;
  }

  /** The number of the socket in the operating system; throws SocketError for a way without one. */
  fileno(): number {
    const { name } = this.#transport;
    const number = this.#closed ? undefined : this.#transport.fileno?.();
    if (number !== undefined) return number;
    throw new SocketError(`get the file number of ${name}`, {
      code: "EBADF",
      message: "it is closed, or is no socket of the system's",
    });
  }

  /** @internal For `wait`: whether it would not have to wait. */
  get isEventful(): boolean {
    return this.#incoming.isEventful;
  }

  /** @internal Calls `watcher` whenever `isEventful` may have changed; gives the way back. */
  watch(watcher: () => void): () => void {
    return this.#incoming.watch(watcher);
  }

  /** @internal For its owner: what it goes over. */
  get transport(): Transport {
    return this.#transport;
  }

  [Symbol.dispose](): void {
    void this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #receive<A, E>(
    what: string,
    options: WaitOptions | undefined,
    read: (message: Uint8Array) => A,
  ): Wait<A, ReceiveError | E> {
    const op = this.#incoming.until(what, () => this.#incoming.take(what, read));
    return within("receive", options, op) as Wait<A, ReceiveError | E>;
  }

  /** As Python has it: what follows can't be trusted to be what was agreed on. */
  #refuseLong(message: Uint8Array, most: number | undefined): never {
    this.#incoming.breakOff(BAD_LENGTH);
    throw new SocketError(`receive bytes from ${this.#transport.name}`, {
      code: "EMSGSIZE",
      message: `its message has ${message.length} bytes, and ${most} were allowed`,
    });
  }
}

const SEND = "send to";
const POLL = "poll";

const BAD_LENGTH: Reason = {
  code: "EMSGSIZE",
  message: "a message before this was longer than allowed",
};

function* pollNow(incoming: Incoming): Generator<never, boolean, never> {
  return incoming.isReady(POLL);
}

function viewOf(buffer: BytesLike, what: string): Uint8Array {
  if (ArrayBuffer.isView(buffer)) return plain(buffer);
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer);
  throw new TypeError(`Cannot ${what} ${show(buffer)}: pass a Uint8Array or another view of bytes`);
}

function checkRange(value: unknown, most: number, what: string): void {
  if (typeof value !== "number") {
    throw new TypeError(`Cannot ${what} ${show(value)}: pass a number of bytes`);
  }
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  throw new RangeError(`Cannot ${what} ${value}: pass an integer from 0 to ${most}`);
}
