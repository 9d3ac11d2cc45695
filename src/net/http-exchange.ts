import type { IncomingMessage, ServerResponse } from "node:http";
import { type Address, remoteAddressOf } from "./address.ts";

/** A request and the way to answer it. Owned by the source until a fiber takes it. */
export class Exchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly address: Address;
  #gone = false;
  #onGone: () => void = () => {};

  constructor(message: IncomingMessage, response: ServerResponse) {
    this.message = message;
    this.response = response;
    this.address = remoteAddressOf(message.socket);
    // Without a listener an error would end the program; what it means comes by `close`.
    message.on("error", () => {});
    response.on("error", () => {});
    response.on("close", () => {
      if (response.writableFinished) return;
      this.#gone = true;
      this.#onGone();
    });
  }

  /** Whether the client went away before it had its answer. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Calls `tell` when it does. */
  whenGone(tell: () => void): void {
    this.#onGone = tell;
  }

  /** For names and messages. */
  get title(): string {
    return `${this.message.method} ${this.message.url}`;
  }

  /** A short answer of our own; if one has begun, the connection is cut off. */
  reply(status: number, reason: string): void {
    const { response } = this;
    if (response.headersSent) return this.abort();
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    const body = `${reason}\n`;
    const headers = { "content-type": "text/plain", "content-length": body.length };
    response.writeHead(status, reason, headers).end(body);
  }

  /** The connection will not be kept for further requests. */
  closeAfter(): void {
    const { response } = this;
    if (!response.headersSent) response.setHeader("connection", "close");
  }

  /** Nothing is sent any more: the client sees that it was cut off. */
  abort(): void {
    // Not the response itself: Bun would send its head first.
    if (!this.response.writableFinished) this.message.socket.destroy();
  }
}
