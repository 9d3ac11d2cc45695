import type { Effect } from "effect/Effect";
import { checkFunction } from "../fiber/body.ts";
import type { Fiber } from "../fiber/fiber.ts";
import { checkOptions } from "../fiber/limits.ts";
import type { Body } from "../fiber/spawn.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import type { Address, AddressInput } from "./address.ts";
import { BaseServer } from "./base-server.ts";
import { Endpoint, type EndpointOptions } from "./endpoint.ts";
import { answer } from "./http-answer.ts";
import type { Exchange } from "./http-exchange.ts";
import { HttpSource } from "./http-source.ts";
import type { Listener } from "./listener.ts";
import { report } from "./report.ts";
import type { Beginning, Serving } from "./server-run.ts";
import { Slots, type SpawnLimit } from "./slots.ts";
import type { SocketError } from "./socket-error.ts";

/** How an HttpServer listens and serves. */
export interface HttpServerOptions extends EndpointOptions, SpawnLimit {}

/** Answers a request: any kind of body that gives a Response. */
export type HttpHandler = (
  request: Request,
  address: Address,
) =>
  | Response
  | PromiseLike<Response>
  | Body<Yieldable<unknown>, Response>
  | Effect<Response, unknown>;

/**
 * Serves HTTP/1.1 with the Web's Request and Response, and runs
 * `handle(request, address)` for each request in a fiber of its own. Bodies stream
 * both ways, and wait for the slower side.
 *
 * A client that disconnects before it has its answer kills that fiber: its
 * `finally` runs, and `request.signal` aborts. A handler that fails, or gives no
 * Response, is reported and answered by 500; once the answer has begun, the
 * connection is cut off. While the pool given as `spawn` is full, up to 1024
 * requests wait, in order and with their bodies unread; those beyond get a 503.
 *
 * gevent: `gevent.pywsgi.WSGIServer`.
 *
 * @example
 * ```ts
 * import { sleep, spawn, until } from "fibril";
 * import { HttpServer } from "fibril/server";
 *
 * function* greet(request: Request) {
 *   yield* sleep(5);
 *   return new Response(`Hello from ${new URL(request.url).pathname}`);
 * }
 * spawn(function* main() {
 *   const server = new HttpServer("127.0.0.1:0", greet, { spawn: 100 });
 *   yield* server.start();
 *   const response = yield* until(fetch(`http://127.0.0.1:${server.port}/fibril`));
 *   console.log(yield* until(response.text())); // -> Hello from /fibril
 *   yield* server.stop();
 * });
 * ```
 */
export class HttpServer extends BaseServer {
  /**
   * @param listener an address, or what `listen` gave; `stop` closes that, too.
   * @throws TypeError or RangeError for what is no address, handler or pool.
   */
  constructor(
    listener: AddressInput | Listener,
    handle: HttpHandler,
    options: HttpServerOptions = {},
  ) {
    checkFunction(handle, "answer requests by");
    checkOptions(options, "make an HttpServer");
    const endpoint = new Endpoint(listener, options, "HttpServer");
    super(new RequestServing(endpoint, handle, options), endpoint.address);
  }
}

class RequestServing implements Serving<Exchange> {
  readonly name: string;
  readonly #endpoint: Endpoint;
  readonly #handle: HttpHandler;
  readonly #slots: Slots;

  constructor(endpoint: Endpoint, handle: HttpHandler, { spawn }: HttpServerOptions) {
    this.name = endpoint.name;
    this.#endpoint = endpoint;
    this.#handle = handle;
    this.#slots = new Slots(spawn, "HttpServer");
  }

  open(): Wait<HttpSource, SocketError> {
    return script(() => this.#open());
  }

  *#open(): Generator<Yieldable<SocketError>, HttpSource, never> {
    const source = yield* this.#endpoint.open(HttpSource.listen, HttpSource.over);
    source.onHandshakeError = (error) => report(this, "a TLS handshake failed", error);
    return source;
  }

  room(): Beginning<void> {
    return this.#slots.room();
  }

  begin(exchange: Exchange): Beginning<Fiber> {
    return this.#slots.begin(answer, exchange, this.#handle, this);
  }

  /** One whose fiber was killed has no answer. */
  ended(exchange: Exchange): void {
    exchange.abort();
  }
}
