/** What the programs beside it ask: `server.ts` prints the ports of HTTP and of an echo, and ends with its input. */

import { createServer } from "node:http";
import { type AddressInfo, createServer as createEcho, type Server } from "node:net";

/** A page of a usual size: a smaller one would measure nothing but the calls. */
const PAGE = "x".repeat(1000);

const http = createServer((_request, response) => response.end(PAGE));
// No connection of a slow peer is closed under it.
http.keepAliveTimeout = 60_000;
const echo = createEcho((socket) => socket.on("error", () => {}).pipe(socket));
console.log([await portOf(http), await portOf(echo)].join(" "));
process.stdin.resume().on("end", () => process.exit(0));

/** With room for all who connect at once. */
function portOf(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}
