import type { Socket as HostSocket } from "node:net";
import { countOpen } from "../../net/open-things.ts";
import { type Reason, SocketError } from "../../net/socket-error.ts";
import { Frames, frameOf, framesOf, LONGEST } from "./frames.ts";
import type { HandedOver } from "./handed-over.ts";
import { END, NOT_YET, type Offered, type Side, type Transport } from "./transport.ts";

/** What is read ahead of those who receive: less would stop a fast sender at every chunk, more only fills memory. */
const HIGH_WATER = 256 * 1024;

/** All that a stranger can make us hold. */
const LONGEST_GREETING = 256;

/** What was sent before a close has so long without any progress: longer lets dead peers hold memory. */
const LINGER_MS = 10_000;

/** How the other end's end looks from here when it had not taken all that was sent to it. */
const ENDS: readonly unknown[] = ["ECONNRESET", "EPIPE", "ECONNABORTED"];

/** Messages over a socket: each with its length in front. */
export class SocketTransport implements Transport {
  readonly name: string;
  readonly readable: true = true as const;
  readonly writable: true = true as const;
  fault: Reason | undefined;
  readonly #host: HostSocket;
  readonly #frames: Frames = new Frames();
  readonly #uncount: () => void;
  /** So many messages are still to come before we know who the other one is. */
  #greetings: number;
  #onRead: (() => void) | undefined;
  #onWrite: (() => void) | undefined;
  #hasEnded = false;
  #isClosed = false;
  #isPaused = false;
  /** Writes that the system has not taken yet. */
  #unsent = 0;
  #isHeld = true;

  /**
   * Takes a connected socket over; nobody else may use it then.
   *
   * @param greetings how many messages a handshake takes from the other side: these are short.
   * @param unread what another process had read of it.
   */
  constructor(host: HostSocket, name: string, greetings: number, unread?: Uint8Array) {
    this.name = name;
    this.#greetings = greetings;
    this.#host = host;
    this.#uncount = countOpen("connection", this, name);
    if (unread !== undefined) this.#frames.push(Buffer.from(unread));
    host.on("data", (chunk: Buffer) => this.#arrived(chunk));
    host.on("end", () => this.#end());
    host.on("error", (error) => this.#break(error));
    host.on("close", () => {
      this.#uncount();
      this.#end();
    });
    if (host.destroyed) this.#end();
    else host.resume();
    this.#hold();
  }

  offer(message: Uint8Array): Offered {
    if (this.#hasEnded) return "gone";
    if (this.#unsent > 0) return "full";
    if (message.length > LONGEST) {
      throw new SocketError(`send to ${this.name}`, {
        code: "EMSGSIZE",
        message: `a message over a socket has at most ${LONGEST} bytes, not ${message.length}`,
      });
    }
    this.#write(frameOf(message));
    return "taken";
  }

  /** As `offer`, of several by one call to the system. */
  offerAll(messages: readonly Uint8Array[]): Offered {
    if (messages.length === 1) return this.offer(messages[0] as Uint8Array);
    if (this.#hasEnded) return "gone";
    if (this.#unsent > 0) return "full";
    this.#write(framesOf(messages));
    return "taken";
  }

  get isFlushed(): boolean {
    return this.#unsent === 0 || this.#hasEnded;
  }

  /** What is left is in a copy of our own. */
  release(): void {}

  take<A>(read: (message: Uint8Array) => A): A | typeof NOT_YET | typeof END {
    if (!this.#frames.isWhole) return this.#hasEnded ? END : NOT_YET;
    const message = this.#frames.take();
    if (this.#greetings > 0) this.#greetings--;
    this.#check();
    this.#regulate();
    return read(message);
  }

  get isReady(): boolean {
    return this.#frames.isWhole || this.#hasEnded;
  }

  listen(side: Side, listener: (() => void) | undefined): void {
    if (side === "read") this.#onRead = listener;
    else this.#onWrite = listener;
    this.#hold();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#uncount();
    this.#frames.clear();
    this.#regulate();
    if (!this.isFlushed) this.#host.setTimeout(LINGER_MS, () => this.#host.destroy());
    this.#host.destroySoon();
  }

  /** Why it can't be given to another process now, and what to do; undefined if it can. */
  get hindrance(): string | undefined {
    if (this.#isClosed) return "it is closed; send an open one";
    if (this.#hasEnded) return "its other end is closed; receive what is left here";
    if (!this.isFlushed) return "what was sent is still on its way; wait for that before";
    return undefined;
  }

  /** Gives the socket up, for another process: nothing more is read of it here. */
  handOver(): HandedOver {
    const socket = this.#host;
    this.#isClosed = true;
    this.#uncount();
    socket.pause();
    const waiting: Buffer | null = socket.read();
    if (waiting !== null) this.#frames.push(waiting);
    (socket as { _handle?: { readStop?(): void } | null })._handle?.readStop?.();
    return { socket, unread: this.#frames.takeAll() };
  }

  fileno(): number | undefined {
    const { _handle } = this.#host as { _handle?: { readonly fd?: number } | null };
    const number = _handle?.fd;
    return number === undefined || number < 0 ? undefined : number;
  }

  #arrived(chunk: Buffer): void {
    if (this.#isClosed || this.#hasEnded) return;
    this.#frames.push(chunk);
    this.#check();
    this.#regulate();
    if (this.isReady) this.#onRead?.();
  }

  /** A head that nobody of ours writes: whatever follows means nothing. */
  #check(): void {
    const { length = 0 } = this.#frames;
    const limit = this.#greetings > 0 ? LONGEST_GREETING : LONGEST;
    if (length <= limit) return;
    this.#frames.clear();
    this.#host.destroy();
    this.#break({
      code: "EPROTO",
      message: `it sent a message of ${length} bytes, of which ${limit} are allowed; is it not a Connection of fibril's?`,
    });
  }

  #break(reason: Reason): void {
    if (!this.#hasEnded && !ENDS.includes(reason.code)) this.fault = reason;
    this.#end();
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#hold();
    this.#onRead?.();
    this.#onWrite?.();
  }

  #write(frames: Buffer): void {
    this.#unsent++;
    this.#host.write(frames, () => this.#sent());
    // Node mostly hands it over in the call, and only tells us later.
    if (this.#host.writableLength === 0) this.#unsent = 0;
    this.#hold();
  }

  #sent(): void {
    this.#unsent = 0;
    this.#hold();
    this.#onWrite?.();
  }

  /** Reads no further while whole messages lie here in plenty; the rest of one must come in any case. */
  #regulate(): void {
    const isFull = this.#frames.size >= HIGH_WATER && this.#frames.isWhole;
    if (isFull === this.#isPaused) return;
    this.#isPaused = isFull;
    if (isFull) this.#host.pause();
    else this.#host.resume();
  }

  /** The program stays alive for those who wait, and for what is not sent. */
  #hold(): void {
    const isWanted = this.#onRead !== undefined || this.#onWrite !== undefined || this.#unsent > 0;
    if (isWanted === this.#isHeld) return;
    this.#isHeld = isWanted;
    if (isWanted) this.#host.ref();
    else this.#host.unref();
  }
}
