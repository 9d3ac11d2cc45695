import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket as HostSocket } from "node:net";
import type { Wait } from "../fiber/wait.ts";
import { type Address, addressFrom, type HostAddress, showAddress } from "./address.ts";
import type { EndpointOptions } from "./endpoint.ts";
import { Exchange } from "./http-exchange.ts";
import { Inlet } from "./inlet.ts";
import { listenBy } from "./listen-by.ts";
import type { Listener } from "./listener.ts";
import { countOpen } from "./open-things.ts";
import type { Source } from "./server-run.ts";
import { NOT_YET, SideOp } from "./side.ts";
import type { SocketError } from "./socket-error.ts";

const ACCEPT = "accept requests on";

/** So many requests wait for a handler; more are answered by 503, or they would wait for too long. */
const MOST_HELD = 1024;

/** Where the requests of an HttpServer come from: Node's server, which knows the protocol. */
export class HttpSource implements Source<Exchange> {
  readonly address: Address;
  /** Told of TLS handshakes that failed: there is no request to answer. */
  onHandshakeError: (error: Error) => void = () => {};
  readonly #host: Server;
  readonly #inlet: Inlet<Exchange>;
  /** Connections that were handed in by a Listener, which Node does not count. */
  readonly #handedIn: Set<HostSocket> = new Set();
  /** Requests that have no answer yet. */
  readonly #open: Set<Exchange> = new Set();
  readonly #uncount: () => void;
  #listener: Listener | undefined;
  #closed = false;

  constructor(host: Server, address: Address) {
    this.#host = host;
    this.address = address;
    this.#inlet = new Inlet(showAddress(address));
    this.#uncount = countOpen("listener", this, this.#inlet.address);
    host.on("request", (message, response) => this.#hold(new Exchange(message, response)));
    host.on("error", (error) => this.#inlet.fail(error));
    host.on("tlsClientError", (error: Error) => this.onHandshakeError(error));
  }

  /** One that listens by itself. */
  static listen(target: HostAddress, options: EndpointOptions): Wait<HttpSource, SocketError> {
    const { backlog, tls } = options;
    const make = () => (tls === undefined ? createServer() : createTlsServer(tls));
    const wrap = (host: Server) => new HttpSource(host, addressFrom(host.address()));
    return listenBy(target, { make, wrap, backlog });
  }

  /** One for the connections that a Listener brings. */
  static over(listener: Listener): HttpSource {
    const host = createServer();
    const source = new HttpSource(host, listener.address);
    source.#listener = listener;
    listener.onHandshakeError = (error) => source.onHandshakeError(error);
    // So it takes up its watch over clients that are too slow.
    host.emit("listening");
    listener.handOver({
      connection: (socket) => source.#handIn(socket),
      error: (error) => source.#inlet.fail(error),
    });
    return source;
  }

  get closed(): boolean {
    return this.#closed;
  }

  accept(): Wait<Exchange, SocketError> {
    return new SideOp(this.#inlet, ACCEPT, () => this.#take()) as Wait<Exchange, SocketError>;
  }

  /** Requests that are being answered go on; their connections are closed after that. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#uncount();
    for (const exchange of this.#inlet.drain()) exchange.abort();
    for (const exchange of this.#open) exchange.closeAfter();
    void this.#listener?.close();
    this.#host.close();
    this.#host.closeIdleConnections();
  }

  /** Nobody is at work any more. */
  closeAll(): void {
    this.#host.closeAllConnections();
    for (const socket of this.#handedIn) socket.destroy();
  }

  #hold(exchange: Exchange): void {
    this.#open.add(exchange);
    exchange.response.on("close", () => this.#open.delete(exchange));
    if (this.#closed) exchange.abort();
    else if (this.#inlet.size < MOST_HELD) this.#inlet.push(exchange);
    else exchange.reply(503, "Service Unavailable");
  }

  /** Those whose client has gone meanwhile are passed over. */
  #take(): Exchange | typeof NOT_YET {
    for (;;) {
      const exchange = this.#inlet.tryTake(ACCEPT);
      if (exchange === NOT_YET || !exchange.gone) return exchange;
    }
  }

  #handIn(socket: HostSocket): void {
    this.#handedIn.add(socket);
    socket.on("close", () => this.#handedIn.delete(socket));
    this.#host.emit("connection", socket);
    socket.resume();
  }
}
