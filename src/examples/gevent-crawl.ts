// S0-13, S2-8: the same pages crawled one after the other, and then by a fiber each.
import { joinAll, sleep, spawn, until } from "fibril";
import { HttpServer } from "fibril/server";

/** Four sites of the Web, here on one machine: how long each takes, and how much it sends. */
const sites = new Map([
  ["/python", { tenths: 2, bytes: 48_860 }],
  ["/yahoo", { tenths: 4, bytes: 104_670 }],
  ["/github", { tenths: 1, bytes: 12_713 }],
  ["/gevent", { tenths: 3, bytes: 170_935 }],
]);

const web = new HttpServer("127.0.0.1:0", function* site(request) {
  const { tenths, bytes } = sites.get(new URL(request.url).pathname) ?? { tenths: 0, bytes: 0 };
  yield* sleep(tenths * 100);
  return new Response("x".repeat(bytes));
});

const lines: string[] = [];
function print(line: string) {
  lines.push(line);
  console.log(line);
}

function* get(path: string) {
  print(`GET: ${path}`);
  const url = `http://127.0.0.1:${web.port}${path}`;
  // Only this fiber waits; nothing has to be patched for that.
  const text = yield* until(async (signal) => (await fetch(url, { signal })).text());
  print(`${text.length} bytes received from ${path}.`);
  return text.length;
}

await web.start();
const paths = [...sites.keys()];

console.log("-- synchronous");
const one: number[] = [];
for (const path of paths) one.push(await spawn(get, path));

console.log("-- asynchronous");
const before = lines.length;
const all = await joinAll(paths.map((path) => spawn(get, path)));

const gets = lines.slice(before, before + paths.length);
console.log(
  "every GET went out before the first answer:",
  gets.every((line) => line.startsWith("GET")),
);
console.log("the same results:", all.join() === one.join());
await web.stop();
