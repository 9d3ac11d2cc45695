import type { Server as HostServer, Socket as HostSocket } from "node:net";
import type { Server as TlsServer } from "node:tls";
import type { WaitOptions } from "../fiber/limits.ts";
import type { Wait } from "../fiber/wait.ts";
import { type Address, addressFrom, showAddress } from "./address.ts";
import { closedAtOnce } from "./host-wait.ts";
import { Inlet } from "./inlet.ts";
import { countOpen } from "./open-things.ts";
import { NOT_YET, SideOp } from "./side.ts";
import { Socket } from "./socket.ts";
import { GONE, type SocketError } from "./socket-error.ts";
import { within } from "./within.ts";

const ACCEPT = "accept on";

/**
 * The host takes connections from the system's backlog as they come, and offers
 * no way to make it wait. So many are held here, unread, for those who will
 * accept them; more are closed. Fewer would turn away a crowd that the backlog
 * has room for, more would only cost file descriptors.
 */
const MOST_HELD = 1024;

/** Who takes the connections of a listener in place of those who accept. */
export interface Taker {
  connection(socket: HostSocket): void;
  error(error: Error): void;
}

/**
 * Where connections come in: `listen` makes one. While nobody accepts them, up
 * to 1024 connections are held in the order in which they came; nothing is read
 * from them, so their senders wait. Those beyond that are closed.
 *
 * gevent: a listening `gevent.socket.socket`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { connect, listen, type Listener } from "fibril/server";
 *
 * function* greetOne(listener: Listener) {
 *   const socket = yield* listener.accept();
 *   yield* socket.sendAll("welcome");
 *   yield* socket.close();
 *   yield* listener.close();
 * }
 * spawn(function* () {
 *   const listener = yield* listen("127.0.0.1:0", { backlog: 5 });
 *   spawn(greetOne, listener);
 *   const socket = yield* connect(listener.address);
 *   console.log(yield* socket.readLine()); // -> welcome
 *   yield* socket.close();
 * });
 * ```
 */
export class Listener {
  /** Where it listens: the real port, also if 0 was asked for. */
  readonly address: Address;
  /** @internal Told of TLS handshakes that failed: there is no socket to throw at. */
  onHandshakeError: (error: Error) => void = () => {};
  readonly #host: HostServer;
  readonly #inlet: Inlet<HostSocket>;
  readonly #uncount: () => void;
  #taker: Taker | undefined;
  #closed = false;

  /** Takes a listening server of Node's over, TLS or not. */
  constructor(host: HostServer | TlsServer) {
    this.#host = host;
    this.address = addressFrom(host.address());
    this.#inlet = new Inlet(showAddress(this.address));
    this.#uncount = countOpen("listener", this, this.#inlet.address);
    const arrival = "setSecureContext" in host ? "secureConnection" : "connection";
    host.on(arrival, (socket: HostSocket) => this.#hold(socket));
    host.on("tlsClientError", (error: Error) => this.onHandshakeError(error));
    host.on("error", (error) => {
      if (this.#taker === undefined) this.#inlet.fail(error);
      else this.#taker.error(error);
    });
    host.on("close", () => {
      this.#uncount();
      this.#inlet.break(GONE);
    });
  }

  /** Waits for a connection. A kill or a timeout loses none. */
  accept(options?: WaitOptions): Wait<Socket, SocketError> {
    return within("accept", options, new SideOp(this.#inlet, ACCEPT, () => this.#take()));
  }

  /**
   * Stops listening at once: who waits in `accept` gets an EBADF, connections that
   * nobody has accepted are closed, the others stay. Closing twice is nothing.
   */
  close(): Wait<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#uncount();
      for (const socket of this.#inlet.drain()) socket.destroy();
      this.#host.close();
    }
    return closedAtOnce;
  }

  /** @internal From now on connections go there, and nobody can accept them. */
  handOver(taker: Taker): void {
    this.#taker = taker;
    for (const socket of this.#inlet.drain()) taker.connection(socket);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Whether `accept` would not have to wait. */
  get readable(): boolean {
    return this.#inlet.ready;
  }

  /** @internal Calls `watcher` whenever `readable` may have changed; gives the way back. */
  watch(watcher: () => void): () => void {
    return this.#inlet.watch(watcher);
  }

  [Symbol.dispose](): void {
    void this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #hold(socket: HostSocket): void {
    if (this.#taker !== undefined) return this.#taker.connection(socket);
    if (this.#inlet.size >= MOST_HELD || this.#closed) return void socket.destroy();
    // One that breaks while nobody has accepted it says so when it is read.
    socket.on("error", () => {});
    this.#inlet.push(socket);
  }

  #take(): Socket | typeof NOT_YET {
    const host = this.#inlet.tryTake(ACCEPT);
    return host === NOT_YET ? NOT_YET : new Socket(host);
  }
}
