import { connect as connectHost, type Socket as HostSocket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import type { WaitOptions } from "../fiber/limits.ts";
import type { Wait } from "../fiber/wait.ts";
import { type AddressInput, type HostAddress, parsePeer, showAddress } from "./address.ts";
import { type Answer, atFirst, hostWait } from "./host-wait.ts";
import { Socket } from "./socket.ts";
import { SocketError } from "./socket-error.ts";
import { within } from "./within.ts";

/** How a connection is made. */
export interface ConnectOptions extends WaitOptions {
  /** TLS over it: true, or what Node's `tls.connect` takes, such as `ca` and `servername`. */
  readonly tls?: boolean | ConnectionOptions | undefined;
}

/**
 * Connects to a listener, over TLS if asked to. Killed or timed out, it leaves no
 * half-open socket; a kill in the moment of success is thrown at the next wait, so
 * close the socket in a `finally`. Small writes are sent at once (TCP_NODELAY), as
 * asyncio does.
 *
 * gevent: `gevent.socket.create_connection`.
 *
 * @throws TypeError or RangeError at the call for what is no address.
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { connect, StreamServer } from "fibril/server";
 *
 * spawn(function* () {
 *   const server = new StreamServer("127.0.0.1:0", (socket) => socket.sendAll("hello"));
 *   yield* server.start();
 *   const socket = yield* connect(server.address, { timeout: "1 second" });
 *   console.log(yield* socket.readLine()); // -> hello
 *   yield* socket.close();
 *   yield* server.stop();
 * });
 * ```
 */
export function connect(
  address: AddressInput,
  options?: ConnectOptions,
): Wait<Socket, SocketError> {
  const target = parsePeer(address, "connect to");
  const what = `connect to ${showAddress(target)}`;
  const wait = hostWait<Socket>(what, (answer) => begin(what, target, options?.tls, answer));
  return within("connect", options, wait);
}

function begin(
  what: string,
  target: HostAddress,
  tls: boolean | ConnectionOptions | undefined,
  answer: Answer<Socket>,
): () => void {
  const options = { ...target, allowHalfOpen: true, noDelay: true };
  const isPlain = tls === undefined || tls === false;
  const host: HostSocket = isPlain
    ? connectHost(options)
    : connectTls({ ...options, ...(tls === true ? {} : tls) });
  // What else it has to say of a failure concerns nobody, but unheard it would end the program.
  host.on("error", () => {});
  const stop = atFirst(
    host,
    [isPlain ? "connect" : "secureConnect"],
    () => answer.done(new Socket(host)),
    (error) => answer.fail(new SocketError(what, error)),
  );
  return () => {
    stop();
    host.destroy();
  };
}
