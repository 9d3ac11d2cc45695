import type { Socket as HostSocket } from "node:net";
import { show } from "../fiber/body.ts";
import type { WaitOptions } from "../fiber/limits.ts";
import type { Wait } from "../fiber/wait.ts";
import { type Address, localAddressOf, remoteAddressOf, showAddress } from "./address.ts";
import { type Bytes, bytesOf, type Sendable } from "./bytes.ts";
import { checkSize } from "./check-size.ts";
import { atFirst, hostWait } from "./host-wait.ts";
import type { LineTooLong } from "./line-too-long.ts";
import { countOpen } from "./open-things.ts";
import { READ_LINE, RECV, Reader } from "./reader.ts";
import { SideOp } from "./side.ts";
import { GONE, type Reason, type SocketError } from "./socket-error.ts";
import { within } from "./within.ts";
import { SEND, SendAll, Writer } from "./writer.ts";

/** How a line is read. */
export interface ReadLineOptions extends WaitOptions {
  /** The longest line, in bytes; 64 KiB if absent. */
  readonly limit?: number | undefined;
}

/** asyncio's limit as well: longer lines are rarely meant, and whoever sends them fills our memory. */
const LINE_LIMIT = 64 * 1024;

/**
 * What is still to be sent when a socket is closed has so long without any
 * progress. Shorter would cut slow clients off, longer lets dead ones hold memory.
 */
const LINGER_MS = 10_000;

/**
 * A connection that fibers wait on: `connect` and `accept` give it. One fiber may
 * read while another one writes; a second one on the same side gets a
 * ConcurrentObjectUseError. A kill or a timeout at a wait loses nothing of what
 * came in, and the socket can be used further.
 *
 * A sender that is faster than its receiver waits: about 128 KiB are read ahead.
 *
 * gevent: `gevent.socket.socket`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { connect, StreamServer, type Socket } from "fibril/server";
 *
 * function* echo(socket: Socket) {
 *   for (let data = yield* socket.recv(1024); data.length > 0; data = yield* socket.recv(1024)) {
 *     yield* socket.sendAll(data);
 *   }
 * }
 * spawn(function* main() {
 *   const server = new StreamServer("127.0.0.1:0", echo);
 *   yield* server.start();
 *   const socket = yield* connect(server.address);
 *   yield* socket.sendAll("hello\n");
 *   console.log((yield* socket.readLine()).trim()); // -> hello
 *   yield* socket.close();
 *   yield* server.stop();
 * });
 * ```
 */
export class Socket {
  /** The other end. */
  readonly remoteAddress: Address;
  /** This end. */
  readonly localAddress: Address;
  readonly #address: string;
  readonly #host: HostSocket;
  readonly #reader: Reader;
  readonly #writer: Writer;
  readonly #uncount: () => void;
  #closed = false;
  /** The host has let it go. */
  #gone = false;

  /** Takes a connected socket of Node's over, with `allowHalfOpen`; nobody else may use it then. */
  constructor(host: HostSocket) {
    this.#host = host;
    this.remoteAddress = remoteAddressOf(host);
    this.localAddress = localAddressOf(host);
    const isUnix = host.remotePort === undefined;
    this.#address = isUnix ? "a Unix socket" : showAddress(this.remoteAddress);
    this.#reader = new Reader(host, this.#address);
    this.#writer = new Writer(host, this.#address);
    this.#uncount = countOpen("socket", this, this.#address);
    host.on("error", (error) => this.#break(error));
    host.on("close", () => this.#end());
    // It broke while nobody had accepted it.
    if (host.destroyed) this.#end();
  }

  /**
   * Waits for data: 1 to `size` bytes, as soon as there are some; no bytes at the
   * end of the stream.
   *
   * @throws RangeError at the call for a size that is no integer > 0.
   */
  recv(size: number, options?: WaitOptions): Wait<Bytes, SocketError> {
    checkSize(size, "recv");
    return within(
      "recv",
      options,
      new SideOp(this.#reader, RECV, () => this.#reader.takeSome(size)),
    );
  }

  /**
   * Waits for a line and gives it with its `\n`, decoded from UTF-8; at the end of
   * the stream what is left, and then `""`. Throws LineTooLong past the limit.
   */
  readLine(options?: ReadLineOptions): Wait<string, SocketError | LineTooLong> {
    const { limit = LINE_LIMIT } = options ?? {};
    checkSize(limit, "read a line of");
    const op = new SideOp<string, SocketError | LineTooLong>(this.#reader, READ_LINE, () =>
      this.#reader.takeLine(limit),
    );
    return within("readLine", options, op);
  }

  /**
   * Waits until what was sent before is gone, then hands `data` over and gives its
   * length in bytes. Struck while it waits, it has sent nothing.
   */
  send(data: Sendable, options?: WaitOptions): Wait<number, SocketError> {
    const bytes = bytesOf(data, "send");
    return within(
      "send",
      options,
      new SideOp(this.#writer, SEND, () => this.#writer.trySend(bytes)),
    );
  }

  /**
   * Sends `data` and waits until the system has taken all of it: a slow receiver
   * makes the sender wait. Struck meanwhile, it does not take the rest back: that
   * goes out while the socket is open, and `close` drops it.
   */
  sendAll(data: Sendable, options?: WaitOptions): Wait<void, SocketError> {
    return within("sendAll", options, new SendAll(this.#writer, bytesOf(data, "sendAll")));
  }

  /**
   * Ends one side at once: "write" tells the other end that nothing more will
   * come, "read" drops whatever comes. The Wait is until the end is sent.
   */
  shutdown(how: "read" | "write" | "both" = "write"): Wait<void> {
    if (how !== "read" && how !== "write" && how !== "both") {
      throw new TypeError(`Cannot shut ${show(how)} down: pass "read", "write" or "both"`);
    }
    if (how !== "write") this.#reader.shutDown();
    if (how !== "read" && !this.#host.destroyed) this.#writer.end();
    return this.#until("shutdown", "finish", () => how === "read" || this.#host.writableFinished);
  }

  /**
   * Closes it at once: whoever waits on it gets an EBADF. What `send` was given
   * still goes out, unless the receiver takes nothing for 10 seconds; the Wait is
   * for that. Closing twice is nothing.
   */
  close(): Wait<void> {
    if (!this.#closed) {
      const isTorn = this.#writer.torn;
      this.#closeSides();
      if (isTorn) this.#host.destroy();
      else this.#linger();
    }
    return this.#until("close", "close", () => false);
  }

  /** Closes it at once, and drops what was not sent yet. */
  abort(): void {
    this.#closeSides();
    this.#host.destroy();
  }

  /** Whether it was closed here, or by an error. */
  get closed(): boolean {
    return this.#closed || this.#gone;
  }

  /** Whether `recv` would not have to wait: there is data, the end, or an error. */
  get readable(): boolean {
    return this.#reader.ready;
  }

  /** Whether `send` would not have to wait. */
  get writable(): boolean {
    return this.#writer.ready;
  }

  /** @internal Calls `watcher` whenever `readable` or `writable` may have changed; gives the way back. */
  watch(watcher: () => void): () => void {
    const unwatch = [this.#reader.watch(watcher), this.#writer.watch(watcher)];
    return () => {
      for (const each of unwatch) each();
    };
  }

  [Symbol.dispose](): void {
    void this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #closeSides(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reader.close();
    this.#writer.close();
  }

  #linger(): void {
    if (this.#host.writableLength > 0) {
      this.#host.setTimeout(LINGER_MS, () => this.#host.destroy());
    }
    this.#host.destroySoon();
  }

  #end(): void {
    this.#uncount();
    this.#gone = true;
    this.#break(GONE);
  }

  #break(reason: Reason): void {
    this.#reader.break(reason);
    this.#writer.break(reason);
  }

  /** Waits for an event of the host, or for its end, which may come first. */
  #until(what: string, event: string, isOver: () => boolean): Wait<void> {
    const host = this.#host;
    return hostWait<void>(`${what} ${this.#address}`, (answer) => {
      if (!isOver() && !this.#gone) return atFirst(host, [event, "close"], () => answer.done());
      answer.done();
      return () => {};
    }) as Wait<void>;
  }
}
