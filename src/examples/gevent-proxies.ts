// S4-28: gevent and requests with a dict of proxies: three sites, each through the proxy of its scheme.
import { joinAll, sleep, spawn } from "fibril";
import { type Address, connect, HttpServer } from "fibril/server";

type Proxies = Readonly<Record<string, Address>>;

/** What the three sites send, and how long that takes. */
const pages = new Map([
  ["https://www.python.org/", { tenths: 5, bytes: 48_860 }],
  ["http://www.yahoo.com/", { tenths: 1, bytes: 104_670 }],
  ["https://github.com/", { tenths: 3, bytes: 12_713 }],
]);

/** A proxy is asked for the whole URL. These two have what they would fetch. */
const proxy = (name: string) =>
  new HttpServer("127.0.0.1:0", function* forward({ url }) {
    const page = pages.get(url);
    if (page === undefined) return new Response(null, { status: 502 });
    yield* sleep(page.tenths * 100);
    return new Response("x".repeat(page.bytes), { headers: { via: name } });
  });

function* request(url: string, proxies: Proxies) {
  const { protocol, host } = new URL(url);
  const socket = yield* connect(proxies[protocol] as Address);
  const head = [`GET ${url} HTTP/1.1`, `Host: ${host}`, "Connection: close"];
  yield* socket.sendAll(`${head.join("\r\n")}\r\n\r\n`);
  let via = "";
  for (let line = yield* socket.readLine(); line !== "\r\n"; line = yield* socket.readLine()) {
    if (line.startsWith("via: ")) via = line.slice("via: ".length).trim();
  }
  let length = 0;
  for (let n = 1; n > 0; length += n) n = (yield* socket.recv(65_536)).length;
  yield* socket.close();
  return { via, length };
}

function* f(url: string, proxies: Proxies) {
  console.log("get:", url);
  const { via, length } = yield* request(url, proxies);
  console.log(`${length} bytes received from ${url} through ${via}`);
}

const [http, https] = [proxy("the proxy for http"), proxy("the proxy for https")];
await http.start();
await https.start();
const proxies = { "http:": http.address, "https:": https.address };

await joinAll([...pages.keys()].map((url) => spawn(f, url, proxies)));

await http.stop();
await https.stop();
