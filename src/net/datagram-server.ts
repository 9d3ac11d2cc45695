import { checkFunction } from "../fiber/body.ts";
import type { Fiber } from "../fiber/fiber.ts";
import { checkOptions, type WaitOptions } from "../fiber/limits.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import {
  type Address,
  type AddressInput,
  asAddress,
  type InetAddress,
  parseAddress,
  refusePath,
  showAddress,
} from "./address.ts";
import { BaseServer } from "./base-server.ts";
import { bind } from "./bind.ts";
import type { Bytes, Sendable } from "./bytes.ts";
import { type Datagram, DatagramSocket } from "./datagram-socket.ts";
import { report } from "./report.ts";
import type { Beginning, Serving, Source } from "./server-run.ts";
import { Slots, type SpawnLimit } from "./slots.ts";
import { CLOSED, SocketError } from "./socket-error.ts";

type Handle = (data: Bytes, address: Address) => unknown;

/**
 * Receives datagrams and runs `handle(data, address)` for each, in a fiber of its
 * own; answer by `sendTo`. While the pool given as `spawn` is full, up to 1024
 * datagrams are kept; those beyond are lost, as datagrams are.
 *
 * gevent: `gevent.server.DatagramServer`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { bind, DatagramServer } from "fibril/server";
 *
 * spawn(function* main() {
 *   const server = new DatagramServer("127.0.0.1:0", (data, address) =>
 *     server.sendTo(`got ${data.length} bytes`, address),
 *   );
 *   yield* server.start();
 *   const socket = yield* bind("127.0.0.1:0");
 *   yield* socket.sendTo("ping", server.address);
 *   const [answer] = yield* socket.recvFrom();
 *   console.log(new TextDecoder().decode(answer)); // -> got 4 bytes
 *   yield* socket.close();
 *   yield* server.stop();
 * });
 * ```
 */
export class DatagramServer extends BaseServer {
  readonly #serving: DatagramServing;

  /**
   * @param listener an address, or what `bind` gave; `stop` closes that, too.
   * @throws TypeError or RangeError for what is no address, handler or pool.
   */
  constructor(listener: AddressInput | DatagramSocket, handle: Handle, options: SpawnLimit = {}) {
    checkFunction(handle, "serve datagrams by");
    checkOptions(options, "make a DatagramServer");
    const serving = new DatagramServing(listener, handle, options);
    super(serving, serving.address);
    this.#serving = serving;
  }

  /** Sends a datagram from the server's port and gives its length; an EBADF while it is not started. */
  sendTo(data: Sendable, address: AddressInput, options?: WaitOptions): Wait<number, SocketError> {
    return this.#serving.socket?.sendTo(data, address, options) ?? notStarted;
  }
}

const notStarted: Wait<never, SocketError> = script(function* () {
  throw new SocketError("sendTo by a DatagramServer", CLOSED);
});

class DatagramServing implements Serving<Datagram> {
  readonly name: string;
  /** Where it receives, or is to. */
  readonly address: Address;
  socket: DatagramSocket | undefined;
  readonly #target: InetAddress | undefined;
  readonly #handle: Handle;
  readonly #slots: Slots;

  constructor(listener: AddressInput | DatagramSocket, handle: Handle, { spawn }: SpawnLimit) {
    if (listener instanceof DatagramSocket) {
      this.socket = listener;
      this.address = listener.address;
    } else {
      this.#target = refusePath(parseAddress(listener, "bind to"), "bind to");
      this.address = asAddress(this.#target);
    }
    this.name = `DatagramServer ${showAddress(this.address)}`;
    this.#handle = handle;
    this.#slots = new Slots(spawn, "DatagramServer");
  }

  open(): Wait<Source<Datagram>, SocketError> {
    return script(() => this.#open());
  }

  *#open(): Generator<Yieldable<SocketError>, Source<Datagram>, never> {
    if (this.#target !== undefined) this.socket = yield* bind(this.#target);
    const socket = this.socket as DatagramSocket;
    if (socket.closed) throw new SocketError(`start ${this.name}`, CLOSED);
    return {
      address: socket.address,
      get closed() {
        return socket.closed;
      },
      accept: () => socket.recvFrom(),
      close: () => socket.close(),
    };
  }

  room(): Beginning<void> {
    return this.#slots.room();
  }

  begin([data, address]: Datagram): Beginning<Fiber> {
    return this.#slots.begin(this.#handle, data, address);
  }

  ended([, address]: Datagram, fiber: Fiber | undefined): void {
    if (fiber?.status !== "failure") return;
    report(this, `the handler of ${showAddress(address)} failed`, fiber.exception);
  }
}
