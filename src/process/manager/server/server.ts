import { script, type Wait, type Yieldable } from "../../../fiber/wait.ts";
import { type Address, showAddress } from "../../../net/address.ts";
import { AuthenticationError } from "../../connection/connection-errors.ts";
import { Listener } from "../../connection/listener.ts";
import type { PeerAddress } from "../../connection/peer-address.ts";
import type { SocketTransport } from "../../connection/socket-transport.ts";
import { context } from "../../context.ts";
import { fault } from "../../fault.ts";
import type { ServerInfo } from "../../inspect/info-types.ts";
import { Session } from "./session.ts";
import { Table } from "./table.ts";
import type { TypeSpec } from "./type-spec.ts";

/** Those that are open, for reports. */
const open: Set<ManagerServer> = new Set();

context().tellers.servers = () => [...open].map((server) => server.info());

/**
 * Serves the objects of a manager in this very process: `manager.getServer()`
 * gives it. Whoever has the key may connect, each with a session of its own.
 *
 * multiprocessing: `multiprocessing.managers.Server`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { BaseManager } from "fibril/process";
 *
 * class Counter {
 *   #count = 0;
 *   next() {
 *     return ++this.#count;
 *   }
 * }
 * class CounterManager extends BaseManager {}
 * CounterManager.register("Counter", Counter);
 *
 * spawn(function* () {
 *   const authkey = new TextEncoder().encode("secret");
 *   const server = new CounterManager({ address: "127.0.0.1:0", authkey }).getServer();
 *   const serving = spawn({ daemon: true }, () => server.serveForever());
 *   const manager = new CounterManager({ address: server.address, authkey });
 *   yield* manager.connect();
 *   const counter = yield* manager.create<Counter>("Counter");
 *   yield* counter.next();
 *   console.log(yield* counter.next()); // -> 2
 *   yield* manager.shutdown();
 *   yield* serving.kill();
 * });
 * ```
 */
export class ManagerServer {
  readonly #table: Table;
  readonly #listener: Listener;
  readonly #sessions: Set<Session> = new Set();

  /** @internal Listens from now on. */
  constructor(
    types: ReadonlyMap<string, TypeSpec>,
    address: PeerAddress | undefined,
    authkey: Uint8Array,
  ) {
    this.#table = new Table(types);
    this.#listener = new Listener({ address, authkey });
    open.add(this);
  }

  /** Where it listens: the real port, also if 0 was asked for. */
  get address(): Address {
    return this.#listener.address;
  }

  /** How many objects it has for its clients. */
  get size(): number {
    return this.#table.size;
  }

  /** @internal For reports. */
  info(): ServerInfo {
    const sessions = [...this.#sessions];
    return {
      address: showAddress(this.address).replace("\0", "@"),
      objects: this.size,
      clients: sessions.length,
      locks: sessions.flatMap((session) => session.locks()),
    };
  }

  /** Serves until it is closed, or the fiber is killed, which closes it. */
  serveForever(): Wait<void> {
    return script(() => this.#serve()) as Wait<void>;
  }

  /** Ends it at once, with the connections of all clients. */
  close(): void {
    open.delete(this);
    void this.#listener.close();
    for (const session of [...this.#sessions]) session.close();
  }

  *#serve(): Generator<Yieldable, void, never> {
    try {
      while (!this.#listener.closed) yield* this.#admit();
    } finally {
      this.close();
    }
  }

  *#admit(): Generator<Yieldable, void, never> {
    try {
      const { transport } = yield* this.#listener.accept();
      const session: Session = new Session(transport as SocketTransport, this.#table, () =>
        this.#sessions.delete(session),
      );
      this.#sessions.add(session);
      fault?.("server.admitted");
    } catch (error) {
      // Who has the wrong key was told so, and is nobody else's concern.
      if (error instanceof AuthenticationError || this.#listener.closed) return;
      throw error;
    }
  }
}
