import { createServer, type Server } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { show } from "../fiber/body.ts";
import type { WaitOptions } from "../fiber/limits.ts";
import type { Wait } from "../fiber/wait.ts";
import { type AddressInput, parseAddress } from "./address.ts";
import { listenBy } from "./listen-by.ts";
import { Listener } from "./listener.ts";
import type { SocketError } from "./socket-error.ts";
import { within } from "./within.ts";

/** How connections come in. */
export interface ListenOptions extends WaitOptions {
  /** How many connections the system keeps for the program; 511 if absent, and its own limit holds. */
  readonly backlog?: number | undefined;
  /** TLS: `key`, `cert` and whatever else Node's `tls.createServer` takes. */
  readonly tls?: TlsOptions | undefined;
}

/**
 * Listens for connections at an address: port 0 is any free one, no host is every
 * interface. Python's `socket`, `bind` and `listen` in one.
 *
 * gevent: `gevent.socket.create_server`.
 *
 * @throws TypeError or RangeError at the call for what is no address.
 * @example
 * ```ts
 * import { listen } from "fibril/server";
 *
 * async function main() {
 *   const listener = await listen("127.0.0.1:0", { backlog: 500 });
 *   console.log(listener.address.host, listener.address.port > 0); // -> 127.0.0.1 true
 *   await listener.close();
 * }
 * void main();
 * ```
 */
export function listen(
  address: AddressInput,
  options?: ListenOptions,
): Wait<Listener, SocketError> {
  const target = parseAddress(address, "listen on");
  const { backlog, tls } = options ?? {};
  if (backlog !== undefined) checkBacklog(backlog);
  const make = () =>
    tls === undefined ? createServer(SHARED) : createTlsServer({ ...SHARED, ...tls });
  const wrap = (host: Server) => new Listener(host);
  return within("listen", options, listenBy(target, { make, wrap, backlog }));
}

/** Connections that wait for `accept` are not read, so that they hold no memory. */
const SHARED = { allowHalfOpen: true, noDelay: true, pauseOnConnect: true };

function checkBacklog(backlog: unknown): void {
  if (typeof backlog !== "number") {
    throw new TypeError(`Cannot listen with a backlog of ${show(backlog)}: pass a number`);
  }
  if (Number.isInteger(backlog) && backlog >= 0) return;
  throw new RangeError(`Cannot listen with a backlog of ${backlog}: pass an integer >= 0`);
}
