import { Buffer } from "node:buffer";
import { hub } from "../../scheduler/hub.ts";
import { load, ModulesMissing, unwrap, wrap } from "../codec/parcel.ts";
import { scan } from "../codec/scan.ts";
import type { SocketTransport } from "../connection/socket-transport.ts";
import { END, NOT_YET } from "../connection/transport.ts";

/** Its number, in front of every message: also an answer that can't be read reaches whoever waits for it. */
const HEAD = 4;

/** What is held for a peer that does not read before nothing more is read from it. */
const HIGH_WATER = 4 * 1024 * 1024;

/** Who gets the messages of a wire. */
export interface Receiver {
  message(number: number, value: unknown): void;
  /** One that can't be read, such as of a class that is not known here. */
  unreadable(number: number, error: unknown): void;
  /** Runs what reads a message: references in it may depend on whose it is. */
  reading<A>(read: () => A): A;
  /** Nothing more comes. */
  ended(): void;
}

/** Owns one connection between a client and a server: numbered messages, many to a write. */
export class Wire {
  readonly #transport: SocketTransport;
  readonly #receiver: Receiver;
  #outbox: Uint8Array[] = [];
  #size = 0;
  #isQueued = false;
  #isLoading = false;
  #hasEnded = false;

  constructor(transport: SocketTransport, receiver: Receiver) {
    this.#transport = transport;
    this.#receiver = receiver;
  }

  get name(): string {
    return this.#transport.name;
  }

  /** Whether it receives, and keeps the program alive for that. */
  receive(isWanted: "wanted" | "unwanted"): void {
    this.#transport.listen("read", isWanted === "wanted" ? this.#read : undefined);
  }

  /** Goes out when those fibers have run that are due now: their messages go with it. */
  post(message: Uint8Array): void {
    if (this.#hasEnded) return;
    this.#outbox.push(message);
    this.#size += message.length;
    this.#queueFlush();
  }

  close(): void {
    this.#flush();
    this.#hasEnded = true;
    this.#transport.close();
  }

  #queueFlush(): void {
    if (this.#isQueued) return;
    this.#isQueued = true;
    hub.push(this.#flush);
  }

  readonly #flush = (): void => {
    this.#isQueued = false;
    if (this.#outbox.length === 0 || this.#hasEnded) return;
    const offered = this.#transport.offerAll(this.#outbox);
    if (offered === "gone") return this.#end();
    if (offered === "full") return this.#transport.listen("write", this.#proceed);
    this.#outbox = [];
    this.#size = 0;
  };

  /** There is room again. */
  readonly #proceed = (): void => {
    this.#transport.listen("write", undefined);
    const wasClogged = this.#isClogged;
    this.#flush();
    if (wasClogged) this.#read();
  };

  get #isClogged(): boolean {
    return this.#size > HIGH_WATER;
  }

  readonly #read = (): void => {
    while (!(this.#isLoading || this.#isClogged || this.#hasEnded)) {
      const got = this.#transport.take((message) => this.#open(message));
      if (got === NOT_YET) return;
      if (got === END) return this.#end();
    }
  };

  #open(message: Uint8Array): void {
    // Nobody of ours sends that.
    if (message.length <= HEAD) return this.#end();
    const number = new DataView(message.buffer, message.byteOffset).getUint32(0, true);
    let value: unknown;
    try {
      value = this.#receiver.reading(() => unwrap(message.subarray(HEAD)));
    } catch (error) {
      if (!(error instanceof ModulesMissing)) return this.#receiver.unreadable(number, error);
      return this.#loadFor(new Uint8Array(message), error.modules);
    }
    this.#receiver.message(number, value);
  }

  /** What comes after it waits, since it may refer to it. */
  #loadFor(message: Uint8Array, modules: readonly string[]): void {
    this.#isLoading = true;
    void load(modules).then(() => {
      this.#isLoading = false;
      this.#open(message);
      this.#read();
    });
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#transport.listen("read", undefined);
    this.#transport.listen("write", undefined);
    this.#transport.close();
    this.#receiver.ended();
  }
}

/** A message for `post`. Throws UnsendableError, which calls what can't go by its name in `parts`. */
export function messageOf(
  number: number,
  value: unknown,
  parts: Readonly<Record<string, unknown>> = {},
): Uint8Array {
  const parcel = wrapNamed(value, parts);
  const message = Buffer.allocUnsafe(HEAD + parcel.length);
  message.writeUInt32LE(number, 0);
  message.set(parcel, HEAD);
  return message;
}

function wrapNamed(value: unknown, parts: Readonly<Record<string, unknown>>): Uint8Array {
  try {
    return wrap(value);
  } catch (error) {
    for (const [name, part] of Object.entries(parts)) scan(part, name);
    throw error;
  }
}
