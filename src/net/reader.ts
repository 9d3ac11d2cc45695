import type { Readable } from "node:stream";
import { ByteQueue } from "./byte-queue.ts";
import { type Bytes, NO_BYTES } from "./bytes.ts";
import { LineTooLong } from "./line-too-long.ts";
import { NOT_YET, Side } from "./side.ts";

/** What fibers do here, in messages: the address follows. */
export const RECV = "recv from";
export const READ_LINE = "readLine from";

/** A byte order mark is part of what was sent. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The side of a socket that is read. The host reads ahead up to its own limit
 * (64 KiB) and then stops, so that a sender has to wait for its reader.
 */
export class Reader extends Side {
  readonly #host: Readable;
  readonly #queue: ByteQueue = new ByteQueue();
  #ended = false;

  constructor(host: Readable, address: string) {
    super(address);
    this.#host = host;
    host.on("readable", this.#onReadable);
    host.on("end", this.#onEnd);
  }

  /** Between 1 and `limit` bytes; none at the end. */
  takeSome(limit: number): Bytes | typeof NOT_YET {
    if (this.#queue.size > 0 || this.#pull()) return this.#queue.take(limit);
    return this.#isOver(RECV) ? NO_BYTES : NOT_YET;
  }

  /** A line with its end; at the end what is left. */
  takeLine(limit: number): string | typeof NOT_YET {
    do {
      const length = this.#queue.lineLength();
      if ((length ?? this.#queue.size) > limit) throw new LineTooLong(limit);
      if (length !== undefined) return decoder.decode(this.#queue.takeExactly(length));
    } while (this.#pull());
    if (!this.#isOver(READ_LINE)) return NOT_YET;
    return decoder.decode(this.#queue.takeExactly(this.#queue.size));
  }

  /** Whether a read would not have to wait. */
  get ready(): boolean {
    const { size } = this.#queue;
    return size > 0 || this.#host.readableLength > 0 || this.#ended || this.over !== undefined;
  }

  /** The end for those who read here; what comes all the same is dropped, or its sender would wait. */
  shutDown(): void {
    this.#ignoreHost();
    this.#host.resume();
    this.#onEnd();
  }

  override close(): void {
    this.#ignoreHost();
    this.#ended = false;
    super.close();
  }

  /** The host tells of its end only if it is read to it. */
  readonly #onReadable = (): void => {
    if (this.#host.readableLength === 0) this.#host.read();
    this.serve();
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.serve();
  };

  #ignoreHost(): void {
    this.#host.off("readable", this.#onReadable).off("end", this.#onEnd);
    this.#queue.clear();
  }

  /** Takes over what the host has read. */
  #pull(): boolean {
    const chunk: Uint8Array | null = this.#host.read();
    if (chunk === null) return false;
    this.#queue.push(chunk);
    return true;
  }

  #isOver(what: string): boolean {
    if (this.#ended) return true;
    if (this.over !== undefined) this.refuse(what, this.over);
    return false;
  }
}
