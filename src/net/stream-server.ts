import { checkFunction } from "../fiber/body.ts";
import type { Fiber } from "../fiber/fiber.ts";
import { checkOptions } from "../fiber/limits.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import { type Address, type AddressInput, showAddress } from "./address.ts";
import { BaseServer } from "./base-server.ts";
import { Endpoint, type EndpointOptions } from "./endpoint.ts";
import { listen } from "./listen.ts";
import type { Listener } from "./listener.ts";
import { report } from "./report.ts";
import type { Beginning, Serving } from "./server-run.ts";
import { Slots, type SpawnLimit } from "./slots.ts";
import type { Socket } from "./socket.ts";
import type { SocketError } from "./socket-error.ts";

/** How a StreamServer listens and serves. */
export interface StreamServerOptions extends EndpointOptions, SpawnLimit {}

type Handle = (socket: Socket, address: Address) => unknown;

/**
 * Accepts TCP connections and runs `handle(socket, address)` for each, in a fiber
 * of its own; any body will do. The socket is closed when that ends. A handler
 * that fails is reported and stops nobody else.
 *
 * While the pool given as `spawn` is full, nobody is accepted: up to 1024
 * connections are held in their order, and nothing is read from them; those
 * beyond are closed, because Node accepts without being asked. An accept that
 * fails, such as for want of file descriptors, is tried again after 10 ms, and
 * after up to a second as it goes on failing.
 *
 * gevent: `gevent.server.StreamServer`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { type Address, connect, type Socket, StreamServer } from "fibril/server";
 *
 * function* shout(socket: Socket, _address: Address) {
 *   for (let line = yield* socket.readLine(); line !== ""; line = yield* socket.readLine()) {
 *     yield* socket.sendAll(line.toUpperCase());
 *   }
 * }
 * spawn(function* main() {
 *   const server = new StreamServer("127.0.0.1:0", shout, { spawn: 100 });
 *   yield* server.start();
 *   const socket = yield* connect(server.address);
 *   yield* socket.sendAll("hello\n");
 *   console.log((yield* socket.readLine()).trim()); // -> HELLO
 *   yield* socket.close();
 *   yield* server.stop();
 * });
 * ```
 */
export class StreamServer extends BaseServer {
  /**
   * @param listener an address, or what `listen` gave; `stop` closes that, too.
   * @throws TypeError or RangeError for what is no address, handler or pool.
   */
  constructor(
    listener: AddressInput | Listener,
    handle: Handle,
    options: StreamServerOptions = {},
  ) {
    checkFunction(handle, "serve connections by");
    checkOptions(options, "make a StreamServer");
    const endpoint = new Endpoint(listener, options, "StreamServer");
    super(new ConnectionServing(endpoint, handle, options), endpoint.address);
  }
}

class ConnectionServing implements Serving<Socket> {
  readonly name: string;
  readonly #endpoint: Endpoint;
  readonly #handle: Handle;
  readonly #slots: Slots;

  constructor(endpoint: Endpoint, handle: Handle, options: StreamServerOptions) {
    this.name = endpoint.name;
    this.#endpoint = endpoint;
    this.#handle = handle;
    this.#slots = new Slots(options.spawn, "StreamServer");
  }

  open(): Wait<Listener, SocketError> {
    return script(() => this.#open());
  }

  *#open(): Generator<Yieldable<SocketError>, Listener, never> {
    const listener = yield* this.#endpoint.open(listen, (given) => given);
    listener.onHandshakeError = (error) => report(this, "a TLS handshake failed", error);
    return listener;
  }

  room(): Beginning<void> {
    return this.#slots.room();
  }

  begin(socket: Socket): Beginning<Fiber> {
    return this.#slots.begin(this.#handle, socket, socket.remoteAddress);
  }

  ended(socket: Socket, fiber: Fiber | undefined): void {
    // Killed: whoever is at the other end need not wait for what is still to be sent.
    if (fiber === undefined || fiber.status === "killed") return socket.abort();
    void socket.close();
    if (fiber.status === "failure") {
      const client = showAddress(socket.remoteAddress);
      report(this, `the handler of ${client} failed`, fiber.exception);
    }
  }
}
