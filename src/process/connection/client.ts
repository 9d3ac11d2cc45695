import { connect as connectHost, type Socket as HostSocket } from "node:net";
import { checkOptions, type WaitOptions } from "../../fiber/limits.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import { type HostAddress, parsePeer } from "../../net/address.ts";
import { atFirst, hostWait } from "../../net/host-wait.ts";
import { SocketError } from "../../net/socket-error.ts";
import { within } from "../../net/within.ts";
import { checkAuthkey } from "./authkey.ts";
import { Connection } from "./connection.ts";
import type { AuthenticationError } from "./connection-errors.ts";
import { fromListener, greetListener } from "./handshake.ts";
import { type PeerAddress, parsePeerAddress, showPeer } from "./peer-address.ts";
import { SocketTransport } from "./socket-transport.ts";

/** How a connection to a Listener is made. */
export interface ClientOptions extends WaitOptions {
  /** The Listener's key; no bytes are a key as well. */
  readonly authkey?: Uint8Array | undefined;
}

/**
 * Connects to a Listener, of this program or another one. Both sides must have the
 * same key, or none: else it throws AuthenticationError. Where nobody listens, a
 * SocketError with the code ECONNREFUSED, or ENOENT for a path.
 *
 * multiprocessing: `multiprocessing.connection.Client`.
 *
 * @throws TypeError at the call for what is no address, and for a key that is no bytes.
 * @example
 * ```ts
 * import { Client, Listener } from "fibril/process";
 *
 * async function main() {
 *   const listener = new Listener({ address: ["127.0.0.1", 0] });
 *   const client = await Client(listener.address, { timeout: "1 second" });
 *   const connection = await listener.accept();
 *   await connection.send("hello");
 *   console.log(await client.recv()); // -> hello
 *   for (const each of [client, connection, listener]) void each.close();
 * }
 * void main();
 * ```
 */
export function Client(
  address: PeerAddress,
  options?: ClientOptions,
): Wait<Connection, SocketError | AuthenticationError> {
  checkOptions(options, "connect");
  const key = checkAuthkey(options?.authkey, "connect");
  const target = parsePeer(parsePeerAddress(address, "connect to"), "connect to");
  const wait = script(() => connecting(target, key));
  return within("connect", options, wait) as Wait<Connection, SocketError | AuthenticationError>;
}

function* connecting(
  target: HostAddress,
  key: Uint8Array | undefined,
): Generator<Yieldable, Connection, never> {
  const name = showPeer({ host: "127.0.0.1", ...target } as HostAddress);
  const socket = yield* connected(target, name);
  const connection = new Connection(new SocketTransport(socket, name, fromListener(key)));
  try {
    yield* greetListener(connection, key);
  } catch (error) {
    void connection.close();
    throw error;
  }
  return connection;
}

function connected(target: HostAddress, name: string): Wait<HostSocket, SocketError> {
  const what = `connect to ${name}`;
  return hostWait<HostSocket>(what, (answer) => {
    const socket = connectHost({ ...target, noDelay: true });
    // What else it has to say of a failure concerns nobody, but unheard it would end the program.
    socket.on("error", () => {});
    const stop = atFirst(
      socket,
      ["connect"],
      () => answer.done(socket),
      (error) => answer.fail(new SocketError(what, error)),
    );
    return () => {
      stop();
      socket.destroy();
    };
  });
}
