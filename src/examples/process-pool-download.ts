// S4-58: six sites, listed in a file, downloaded by a pool of three.
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep, spawn } from "fibril";
import { Pool } from "fibril/process";

export async function download(url: string, folder: string) {
  const response = await fetch(url);
  const name = `${new URL(url).pathname.slice(1)}.html`;
  await writeFile(join(folder, name), await response.text());
  return process.pid;
}

if (import.meta.main) {
  let [now, most] = [0, 0];
  const server = createServer((request, response) => {
    most = Math.max(most, ++now);
    spawn(function* () {
      yield* sleep("20 millis");
      now--;
      response.end(`<title>${request.url}</title>`);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const folder = mkdtempSync(join(tmpdir(), "download-"));
  const list = join(folder, "download.txt");
  const sites = ["qq", "sohu", "sina", "163", "taobao", "jd"];
  writeFileSync(list, sites.map((site) => `http://127.0.0.1:${port}/${site}\n`).join(""));

  const urls = readFileSync(list, "utf8").trimEnd().split("\n");
  const jobs = urls.map((url): [string, string] => [url, folder]);
  const pids = await Pool.use(3, (pool) => pool.starmap(download, jobs, { chunksize: 1 }));
  console.log("worker processes, at most 3:", new Set(pids).size <= 3);
  console.log("downloads at once, at most 3:", most <= 3);
  console.log(readdirSync(folder).sort().join(" "));
  console.log(readFileSync(join(folder, "jd.html"), "utf8"));
  rmSync(folder, { recursive: true });
  server.close();
  server.closeAllConnections();
}
