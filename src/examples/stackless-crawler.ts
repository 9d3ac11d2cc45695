// S4-21: the lines of url.txt go through a channel to ten tasklets, each of which fetches in turn.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "fibril";
import { channel, getCurrent, run, type Tasklet, tasklet } from "fibril/stackless";

const chan = channel<string>();
const pages = new Map<string, string>();
const busy = new Set<Tasklet>();

function* output() {
  for (;;) {
    const url = yield* chan.receive();
    busy.add(getCurrent());
    // Only this tasklet waits for the page: the others go on meanwhile.
    const text = yield* until(async (signal) => (await fetch(url, { signal })).text());
    pages.set(new URL(url).pathname, text);
  }
}

function* input(file: string) {
  const lines = readFileSync(file, "utf8").split("\n");
  yield* chan.sendSequence(lines.filter((line) => line !== ""));
}

const hits: string[] = [];
const server = createServer((request, response) => {
  hits.push(String(request.url));
  response.end(`page ${request.url}`);
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;

const folder = mkdtempSync(join(tmpdir(), "fibril-"));
const file = join(folder, "url.txt");
const paths = Array.from({ length: 15 }, (_, i) => `/${String(i + 1).padStart(2, "0")}`);
writeFileSync(file, paths.map((path) => `http://127.0.0.1:${port}${path}\n`).join(""));

for (let i = 0; i < 10; i++) tasklet(output)();
tasklet(input)(file);
await run();

for (const path of paths) console.log(path, pages.get(path));
console.log("each fetched once:", hits.sort().join() === paths.join());
console.log("by so many tasklets:", busy.size);
console.log("left in the channel:", -chan.balance);

server.close();
server.closeAllConnections();
rmSync(folder, { recursive: true });
