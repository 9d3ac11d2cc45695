import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import { localAddressOf, showAddress } from "./address.ts";
import { plain } from "./bytes.ts";

/**
 * The Request that a message of the host's stands for. `signal` aborts it when
 * its client goes away. Throws a TypeError for what is no URL or method.
 */
export function requestFrom(message: IncomingMessage, signal: AbortSignal): Request {
  const { method = "GET" } = message;
  const headers = headersOf(message);
  const body = hasBody(message) ? new ReadableStream(new Upload(message), LAZY) : null;
  const init = { method, headers, body, signal, duplex: "half" };
  return new Request(urlOf(message), init as RequestInit);
}

/** Nothing is read before the handler reads, so that a large upload waits for it. */
const LAZY = { highWaterMark: 0 };

/** A client that goes through a proxy sends the whole URL, others only the path. */
function urlOf({ url = "/", socket, headers }: IncomingMessage): URL {
  const isWhole = /^https?:\/\//i.test(url);
  if (isWhole) return new URL(url);
  const scheme = (socket as Partial<TLSSocket>).encrypted === true ? "https" : "http";
  const host = headers.host ?? showAddress(localAddressOf(socket));
  if (BEYOND_HOST.test(host)) throw new TypeError(`Cannot take "${host}" for a host`);
  // Put together as text: resolved, a path of two slashes would become another host.
  return new URL(`${scheme}://${host}${url.startsWith("/") ? url : `/${url}`}`);
}

/** A host with more in it than a name and a port could pass for the path of the request. */
const BEYOND_HOST = /[/\\?#@\s]/;

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i] as string, rawHeaders[i + 1] as string);
  }
  return headers;
}

function hasBody({ method, headers }: IncomingMessage): boolean {
  if (method === "GET" || method === "HEAD") return false;
  return "transfer-encoding" in headers || Number(headers["content-length"] ?? 0) > 0;
}

/** The body of a message as a stream's source. What nobody reads the host drops after the answer. */
class Upload {
  readonly #message: IncomingMessage;
  #begun = false;
  #over = false;

  constructor(message: IncomingMessage) {
    this.#message = message;
  }

  pull(controller: ReadableStreamDefaultController<Uint8Array>): void {
    if (!this.#begun) this.#begin(controller);
    this.#message.resume();
  }

  cancel(): void {
    this.#over = true;
    this.#message.resume();
  }

  #begin(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#begun = true;
    const message = this.#message;
    message.on("data", (chunk: Uint8Array) => {
      if (this.#over) return;
      controller.enqueue(plain(chunk));
      message.pause();
    });
    message.on("end", () => this.#end(() => controller.close()));
    const cutOff = () => this.#end(() => controller.error(new Error("The client has gone")));
    // Not every runtime tells of an error as well.
    message.on("close", cutOff);
    if (message.destroyed) cutOff();
  }

  #end(tell: () => void): void {
    if (!this.#over) tell();
    this.#over = true;
  }
}
