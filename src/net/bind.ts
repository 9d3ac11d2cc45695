import { createSocket } from "node:dgram";
import type { WaitOptions } from "../fiber/limits.ts";
import type { Wait } from "../fiber/wait.ts";
import { type AddressInput, parseAddress, refusePath, showAddress } from "./address.ts";
import { DatagramSocket } from "./datagram-socket.ts";
import { atFirst, hostWait } from "./host-wait.ts";
import { SocketError } from "./socket-error.ts";
import { within } from "./within.ts";

/** How datagrams come in. */
export interface BindOptions extends WaitOptions {
  /** Whether it may send to broadcast addresses. */
  readonly broadcast?: boolean | undefined;
}

/**
 * A UDP socket at an address: port 0 is any free one, no host is every interface
 * that speaks IPv4. An IPv6 host makes it one for IPv6.
 *
 * Python: `socket(AF_INET, SOCK_DGRAM)` and its `bind`.
 *
 * @throws TypeError or RangeError at the call for what is no address.
 * @example
 * ```ts
 * import { bind } from "fibril/server";
 *
 * async function main() {
 *   const socket = await bind("127.0.0.1:0");
 *   console.log(socket.address.host, socket.address.port > 0); // -> 127.0.0.1 true
 *   await socket.close();
 * }
 * void main();
 * ```
 */
export function bind(
  address: AddressInput,
  options?: BindOptions,
): Wait<DatagramSocket, SocketError> {
  const target = refusePath(parseAddress(address, "bind to"), "bind to");
  const what = `bind to ${showAddress(target)}`;
  const wait = hostWait<DatagramSocket>(what, (answer) => {
    const host = createSocket(target.host?.includes(":") === true ? "udp6" : "udp4");
    const bound = () => {
      if (options?.broadcast === true) host.setBroadcast(true);
      answer.done(new DatagramSocket(host));
    };
    const stop = atFirst(host, ["listening"], bound, (error) =>
      answer.fail(new SocketError(what, error)),
    );
    host.bind({ port: target.port, ...(target.host && { address: target.host }) });
    return () => {
      stop();
      host.on("error", () => {}).close();
    };
  });
  return within("bind", options, wait);
}
