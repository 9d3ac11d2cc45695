import type { Socket as HostSocket, RemoteInfo } from "node:dgram";
import type { WaitOptions } from "../fiber/limits.ts";
import type { Wait } from "../fiber/wait.ts";
import {
  type Address,
  type AddressInput,
  addressFrom,
  type InetAddress,
  parsePeer,
  refusePath,
  showAddress,
} from "./address.ts";
import { type Bytes, bytesOf, plain, type Sendable } from "./bytes.ts";
import { checkSize } from "./check-size.ts";
import { type Answer, closedAtOnce, hostWait } from "./host-wait.ts";
import { Inlet } from "./inlet.ts";
import { countOpen } from "./open-things.ts";
import { NOT_YET, SideOp } from "./side.ts";
import { CLOSED, GONE, SocketError } from "./socket-error.ts";
import { within } from "./within.ts";

/** A datagram and where it came from. */
export type Datagram = readonly [data: Bytes, address: Address];

const RECV_FROM = "recvFrom on";

/** No datagram is larger. */
const MAX_DATAGRAM = 65_535;

/**
 * So many datagrams are kept for a program that does not take them; those beyond
 * are lost, as in the system's own buffer. More would be answered too late.
 */
const MOST_KEPT = 1024;

/**
 * A UDP socket: `bind` makes one. Datagrams arrive whole or not at all, in any
 * order, and a receiver that does not keep up loses some.
 *
 * gevent: a `gevent.socket.socket` of kind `SOCK_DGRAM`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { bind } from "fibril/server";
 *
 * spawn(function* () {
 *   const [here, there] = [yield* bind("127.0.0.1:0"), yield* bind("127.0.0.1:0")];
 *   yield* there.sendTo("ping", here.address);
 *   const [data, sender] = yield* here.recvFrom();
 *   console.log(new TextDecoder().decode(data)); // -> ping
 *   console.log(sender.port === there.address.port); // -> true
 *   yield* here.close();
 *   yield* there.close();
 * });
 * ```
 */
export class DatagramSocket {
  /** Where it receives: the real port, also if 0 was asked for. */
  readonly address: Address;
  readonly #host: HostSocket;
  readonly #inlet: Inlet<Datagram>;
  readonly #uncount: () => void;
  #closed = false;

  /** Takes a bound datagram socket of Node's over. */
  constructor(host: HostSocket) {
    this.#host = host;
    this.address = addressFrom(host.address());
    this.#inlet = new Inlet(showAddress(this.address));
    this.#uncount = countOpen("datagram socket", this, this.#inlet.address);
    host.on("message", (data: Uint8Array, from: RemoteInfo) => this.#keep(data, from));
    host.on("error", (error) => this.#inlet.fail(error));
    host.on("close", () => {
      this.#uncount();
      this.#inlet.break(GONE);
    });
  }

  /** Waits for a datagram; one that is longer than `size` bytes is cut off, as in Python. */
  recvFrom(size: number = MAX_DATAGRAM, options?: WaitOptions): Wait<Datagram, SocketError> {
    checkSize(size, "recvFrom");
    return within("recvFrom", options, new SideOp(this.#inlet, RECV_FROM, () => this.#take(size)));
  }

  /** Sends one datagram, and gives its length once the system has taken it. */
  sendTo(data: Sendable, address: AddressInput, options?: WaitOptions): Wait<number, SocketError> {
    const bytes = bytesOf(data, "sendTo");
    const target = refusePath(parsePeer(address, "sendTo"), "sendTo");
    const what = `sendTo ${showAddress(target)}`;
    const wait = hostWait<number>(what, (answer) => {
      if (this.#closed) answer.fail(new SocketError(what, CLOSED));
      else this.#send(bytes, target, answer, what);
      return () => {};
    });
    return within("sendTo", options, wait);
  }

  /** Closes it at once: who waits in `recvFrom` gets an EBADF. Closing twice is nothing. */
  close(): Wait<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#inlet.drain();
      this.#host.close();
    }
    return closedAtOnce;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Whether `recvFrom` would not have to wait. */
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

  #keep(data: Uint8Array, { address, port }: RemoteInfo): void {
    if (this.#inlet.size < MOST_KEPT) this.#inlet.push([plain(data), { host: address, port }]);
  }

  #take(size: number): Datagram | typeof NOT_YET {
    const datagram = this.#inlet.tryTake(RECV_FROM);
    if (datagram === NOT_YET || datagram[0].length <= size) return datagram;
    return [datagram[0].subarray(0, size), datagram[1]];
  }

  #send(bytes: Bytes, target: InetAddress, answer: Answer<number>, what: string): void {
    this.#host.send(bytes, target.port, target.host, (error) => {
      if (error) answer.fail(new SocketError(what, error));
      else answer.done(bytes.length);
    });
  }
}
