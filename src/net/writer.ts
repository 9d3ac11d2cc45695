import type { Writable } from "node:stream";
import type { FiberCore } from "../fiber/core.ts";
import { ready, type Step } from "../fiber/fiber-state.ts";
import { Op } from "../fiber/wait.ts";
import type { Bytes } from "./bytes.ts";
import { attemptIn, NOT_YET, Side, Sitter } from "./side.ts";
import { ENDED, type SocketError } from "./socket-error.ts";

/** What fibers do here, in messages: the address follows. */
export const SEND = "send to";
const SEND_ALL = "sendAll to";

/** The side of a socket that is written to. */
export class Writer extends Side {
  readonly #host: Writable;
  #ended = false;
  #torn = false;
  /** Writes that the host has not called back for. */
  #underWay = 0;

  constructor(host: Writable, address: string) {
    super(address);
    this.#host = host;
  }

  /** Hands bytes over once those before them are gone, and gives their number. */
  trySend(bytes: Bytes): number | typeof NOT_YET {
    this.#refuseEnded(SEND);
    if (!this.#isIdle) return NOT_YET;
    // A copy: the caller may write to its own at once.
    this.#push(bytes.slice());
    return bytes.length;
  }

  /** Hands bytes over, behind those that are on their way; whether the system took all of them. */
  pushAll(bytes: Bytes): boolean {
    this.#refuseEnded(SEND_ALL);
    this.#push(bytes);
    return this.#isIdle;
  }

  /** Whether the system has taken everything by now. */
  flushed(): undefined | typeof NOT_YET {
    if (this.over !== undefined) this.refuse(SEND_ALL, this.over);
    return this.#isIdle ? undefined : NOT_YET;
  }

  /** Whether a `send` would not have to wait. */
  get ready(): boolean {
    return this.#isIdle || this.#ended || this.over !== undefined;
  }

  /** Whether a message is on its way whose sender was struck: nobody can tell where it breaks off. */
  get torn(): boolean {
    return this.taken || this.#torn;
  }

  tear(): void {
    this.#torn = true;
  }

  /** Sends the end, after all that is on its way. */
  end(): void {
    this.#ended = true;
    this.#host.end();
    this.serve();
  }

  /** Mostly the system takes bytes at once, which the length tells before the host calls back. */
  get #isIdle(): boolean {
    return this.#underWay === 0 || this.#host.writableLength === 0;
  }

  #push(bytes: Bytes): void {
    if (bytes.length === 0) return;
    this.#underWay++;
    this.#host.write(bytes, this.#onFlushed);
  }

  readonly #onFlushed = (error?: Error | null): void => {
    this.#underWay--;
    if (error) return this.break(error);
    if (this.#isIdle) this.#torn = false;
    this.serve();
  };

  #refuseEnded(what: string): void {
    if (this.over !== undefined) this.refuse(what, this.over);
    if (this.#ended) this.refuse(what, ENDED);
  }
}

/** Sends everything: what is handed over once stays in order, whatever strikes the fiber. */
export class SendAll extends Op<void, SocketError> {
  readonly #writer: Writer;
  readonly #bytes: Bytes;

  constructor(writer: Writer, bytes: Bytes) {
    super();
    this.#writer = writer;
    this.#bytes = bytes;
  }

  begin(fiber: FiberCore): Step {
    const writer = this.#writer;
    writer.refuseSecond(fiber, SEND_ALL);
    if (attemptIn(fiber, () => writer.pushAll(this.#bytes))) return ready(undefined);
    return fiber.parkOn(writer.seat(new Flushing(writer, fiber)));
  }
}

/** Who waits until the system has taken its bytes. */
class Flushing extends Sitter {
  readonly #writer: Writer;

  constructor(writer: Writer, fiber: FiberCore) {
    super(writer, SEND_ALL, fiber, () => writer.flushed());
    this.#writer = writer;
  }

  override cancel(): boolean {
    this.#writer.tear();
    return super.cancel();
  }
}
