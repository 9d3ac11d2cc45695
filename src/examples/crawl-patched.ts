// S0-13, S0-14, S2-8: a function that knows nothing of fibers crawls, patched, many pages at once.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { joinAll, spawn } from "fibril";
import { patchAll } from "fibril/monkey";

/** Four sites of the Web, here on one machine: how long each takes, and how much it sends. */
const sites = new Map([
  ["/python", { delay: 200, bytes: 48_860 }],
  ["/yahoo", { delay: 250, bytes: 104_670 }],
  ["/github", { delay: 150, bytes: 12_713 }],
  ["/gevent", { delay: 300, bytes: 170_935 }],
]);

const server = createServer((request, response) => {
  const site = sites.get(request.url ?? "");
  // Any other is never answered.
  if (site !== undefined) setTimeout(() => response.end("x".repeat(site.bytes)), site.delay);
});
await once(server.listen(0, "127.0.0.1"), "listening");
const { port } = server.address() as AddressInfo;

let lines: string[] = [];

async function page(path: string) {
  lines.push(`GET: ${path}`);
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  const text = await response.text();
  lines.push(`${text.length} bytes received from ${path}.`);
  return text.length;
}

const paths = [...sites.keys()];

console.log("-- one after the other");
const one: number[] = [];
for (const path of paths) one.push(await page(path));
console.log(lines.join("\n"));

console.log("-- a fiber each");
lines = [];
patchAll();
const all = await joinAll(paths.map((path) => spawn(page, path)));
// Which answer is the first is for the network to say.
const answered = lines.findIndex((line) => line.includes("received"));
console.log(lines.slice(0, answered).join("\n"));
console.log("the same bytes:", all.join() === one.join());

console.log("-- killed while it waits");
const waiting = spawn(page, "/asleep");
const [, response] = await once(server, "request");
const closed = once(response, "close");
await waiting.kill();
await closed;
console.log("the server saw its request go");
server.close();
server.closeAllConnections();
