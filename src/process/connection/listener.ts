import { createServer, type Server as HostServer, type Socket as HostSocket } from "node:net";
import type { Input as DurationInput } from "effect/Duration";
import { toMillis } from "../../fiber/delay.ts";
import type { Fiber } from "../../fiber/fiber.ts";
import { checkOptions, type WaitOptions } from "../../fiber/limits.ts";
import { spawn } from "../../fiber/spawn.ts";
import { Timeout } from "../../fiber/timeout.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import { type Address, addressFrom, asAddress } from "../../net/address.ts";
import { closedAtOnce } from "../../net/host-wait.ts";
import { countOpen } from "../../net/open-things.ts";
import { CLOSED, CLOSED_MEANWHILE, SocketError } from "../../net/socket-error.ts";
import { within } from "../../net/within.ts";
import { Queue } from "../../sync/queue.ts";
import { ShutDown } from "../../sync/queue-errors.ts";
import { checkAuthkey } from "./authkey.ts";
import { bindNow } from "./bind-now.ts";
import { Connection } from "./connection.ts";
import { AuthenticationError } from "./connection-errors.ts";
import { FROM_CLIENT, type Greeted, greetClient } from "./handshake.ts";
import { freeAddress, type PeerAddress, parsePeerAddress, showPeer } from "./peer-address.ts";
import { SocketTransport } from "./socket-transport.ts";

/** How a Listener is made. */
export interface ListenerOptions {
  /**
   * `"host:port"`, `["host", port]`, `{ host, port }`, or the path of a Unix socket;
   * port 0 is any free one. Without: a socket of this machine's own.
   */
  readonly address?: PeerAddress | undefined;
  /** Only who has the same key gets in; no bytes are a key as well. Without: everybody does. */
  readonly authkey?: Uint8Array | undefined;
  /** How many connections the system keeps for the program; 128 if absent. */
  readonly backlog?: number | undefined;
  /** How long a peer may take to say who it is; 10 seconds if absent. */
  readonly authTimeout?: DurationInput | undefined;
}

const BACKLOG = 128;
const AUTH_TIMEOUT_MS = 10_000;

/** Peers that have not said yet who they are, and those that nobody has accepted: more are turned away. */
const MOST_HELD = 1024;

/**
 * Waits for connections of other processes, also of other programs and machines:
 * they come by `Client`. Who connects is asked who it is at once, and reaches
 * `accept` only when it has said so; whoever says nothing, or something else, is
 * dropped after a while and holds nobody up. One with a wrong key is told so, and
 * thrown at `accept` as AuthenticationError, after which others can be accepted.
 *
 * multiprocessing: `multiprocessing.connection.Listener`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { Client, Listener } from "fibril/process";
 *
 * const authkey = new TextEncoder().encode("secret");
 *
 * function* serve(listener: Listener) {
 *   const connection = yield* listener.accept();
 *   yield* connection.send([2.25, null, "junk"]);
 *   yield* connection.close();
 *   yield* listener.close();
 * }
 * spawn(function* () {
 *   const listener = new Listener({ address: "127.0.0.1:0", authkey });
 *   spawn(serve, listener);
 *   const connection = yield* Client(listener.address, { authkey });
 *   console.log(yield* connection.recv()); // -> [ 2.25, null, "junk" ]
 *   yield* connection.close();
 * });
 * ```
 */
export class Listener {
  readonly #host: HostServer;
  readonly #key: Uint8Array | undefined;
  /** The one asked for, until the real one is known. */
  #address: Address;
  readonly #authMillis: number;
  readonly #uncount: () => void;
  readonly #arrivals: Queue<Arrival> = new Queue();
  readonly #greeting: Set<Fiber> = new Set();
  readonly #watchers: Set<() => void> = new Set();
  #waiting = 0;
  #isClosed = false;
  #lastAccepted: Address | undefined;

  /** @throws SocketError if the address is in use or not this machine's; TypeError for what is no address or no key. */
  constructor(options: ListenerOptions = {}) {
    checkOptions(options, "make a Listener");
    const { address, authkey, backlog = BACKLOG, authTimeout = AUTH_TIMEOUT_MS } = options;
    this.#key = checkAuthkey(authkey, "make a Listener");
    this.#authMillis = toMillis(authTimeout, "wait for a peer");
    const target = address === undefined ? freeAddress() : parsePeerAddress(address, "listen on");
    this.#address = asAddress(target);
    this.#host = createServer({ noDelay: true }, (socket) => this.#greet(socket));
    this.#host.on("error", (error) => {
      this.#arrive({ failure: new SocketError(`listen on ${showPeer(target)}`, error) });
    });
    bindNow(this.#host, target, backlog);
    this.#host.unref();
    this.#uncount = countOpen("listener", this, showPeer(this.address));
  }

  /** Where it listens: the real port, also if 0 was asked for. */
  get address(): Address {
    const found = this.#host.address();
    if (found !== null) this.#address = addressFrom(found);
    return this.#address;
  }

  /** Whose connection was accepted last; a Unix socket has no address of its own there. */
  get lastAccepted(): Address | undefined {
    return this.#lastAccepted;
  }

  get closed(): boolean {
    return this.#isClosed;
  }

  /** Waits for a connection. A kill or a timeout loses none. */
  accept(options?: WaitOptions): Wait<Connection, SocketError | AuthenticationError> {
    return within(
      "accept",
      options,
      script(() => this.#accept()),
    ) as Wait<Connection, SocketError | AuthenticationError>;
  }

  /** Stops listening at once: connections that nobody has accepted are closed, the others stay. */
  close(): Wait<void> {
    if (this.#isClosed) return closedAtOnce;
    this.#isClosed = true;
    this.#uncount();
    this.#host.close();
    for (const fiber of this.#greeting) void fiber.kill();
    while (!this.#arrivals.empty()) void this.#arrivals.getNowait().connection?.close();
    this.#arrivals.shutdown();
    this.#tell();
    return closedAtOnce;
  }

  /** @internal For `wait`: whether `accept` would not have to wait. */
  get isEventful(): boolean {
    return this.#isClosed || !this.#arrivals.empty();
  }

  /** @internal Calls `watcher` whenever `isEventful` may have changed; gives the way back. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    this.#lift(1);
    return () => {
      if (this.#watchers.delete(watcher)) this.#lift(-1);
    };
  }

  [Symbol.dispose](): void {
    void this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  *#accept(): Generator<Yieldable, Connection, never> {
    if (this.#isClosed) throw this.#refusal(CLOSED);
    this.#lift(1);
    try {
      const { connection, peer, failure } = yield* this.#arrivals.get();
      if (connection === undefined) throw failure;
      this.#lastAccepted = peer;
      return connection;
    } catch (error) {
      throw error instanceof ShutDown ? this.#refusal(CLOSED_MEANWHILE) : error;
    } finally {
      this.#lift(-1);
    }
  }

  #refusal(reason: typeof CLOSED): SocketError {
    return new SocketError(`accept on ${showPeer(this.#address)}`, reason);
  }

  /** It keeps the program alive while somebody waits. */
  #lift(by: 1 | -1): void {
    this.#waiting += by;
    if (this.#waiting > 0) this.#host.ref();
    else this.#host.unref();
  }

  #greet(socket: HostSocket): void {
    if (this.#isClosed || this.#greeting.size + this.#arrivals.qsize() >= MOST_HELD) {
      socket.destroy();
      return;
    }
    const peer = { host: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 };
    const name = peer.port === 0 ? showPeer(this.address) : showPeer(peer);
    const connection = new Connection(new SocketTransport(socket, name, FROM_CLIENT));
    const fiber = spawn({ daemon: true, name: `greet ${name}` }, () =>
      this.#letIn(connection, peer),
    );
    this.#greeting.add(fiber);
    fiber.rawLink(() => this.#greeting.delete(fiber));
  }

  *#letIn(connection: Connection, peer: Address): Generator<Yieldable, void, never> {
    const timeout = new Timeout(this.#authMillis).start();
    let greeted: Greeted = "stranger";
    try {
      greeted = yield* greetClient(connection, this.#key);
    } catch {
      // It has gone, says nothing or makes no sense, or this listener was closed: it is nobody.
    } finally {
      timeout.close();
      if (greeted !== "welcome") void connection.close();
    }
    if (greeted === "welcome") this.#arrive({ connection, peer });
    if (greeted === "refused") {
      const who = connection.transport.name;
      const message = `Cannot accept ${who}: the digest received was wrong; it has another authkey`;
      this.#arrive({ failure: new AuthenticationError(message) });
    }
  }

  #arrive(arrival: Arrival): void {
    if (this.#isClosed) void arrival.connection?.close();
    else this.#arrivals.putNowait(arrival);
    this.#tell();
  }

  #tell(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}

interface Arrival {
  readonly connection?: Connection;
  readonly peer?: Address;
  readonly failure?: Error;
}
