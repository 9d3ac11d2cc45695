/** Acceptance: a real site, compared with what wget finds there. */

import { spawn } from "node:child_process";
import { createReadStream, existsSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { withFolder } from "./command.ts";
import { crawl } from "./run-crawl.ts";

const DOCUMENTATION = "/usr/share/doc/python3-doc/html";
const wget = ["/usr/bin/wget", "/usr/local/bin/wget"].find((path) => existsSync(path));

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".xml": "text/xml",
};

test("the documentation of Python is found to the last page, and no more", async (context) => {
  context.skip(!existsSync(DOCUMENTATION), `no ${DOCUMENTATION}: install Debian's python3-doc`);
  context.skip(wget === undefined, "no wget to compare with: install it");
  const site = await serveFolder(DOCUMENTATION);

  const pages = await crawl(`${site.origin}/`);
  const crawled = site.htmlSince();
  await withFolder((folder) =>
    run(wget ?? "wget", ["-q", "-r", "-l", "inf", `${site.origin}/`], folder),
  );
  const expected = site.htmlSince();
  await site.close();

  console.log(
    `${pages.size} addresses crawled, ${crawled.length} of them HTML; wget: ${expected.length}`,
  );
  expect(crawled).toEqual(expected);
  expect(new Set(crawled).size).toBe(crawled.length);
  expect(crawled.length).toBeGreaterThan(400);
}, 180_000);

interface StaticSite {
  readonly origin: string;
  /** The HTML pages that were served since the last call, sorted. */
  htmlSince(): string[];
  close(): Promise<void>;
}

async function serveFolder(folder: string): Promise<StaticSite> {
  const root = await realpath(folder);
  let served: string[] = [];
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const file = join(root, normalize(path.endsWith("/") ? `${path}index.html` : path));
    const found = file.startsWith(root) && (await stat(file).catch(() => undefined))?.isFile();
    if (!found) return response.writeHead(404, { "content-type": "text/html" }).end("Not here");
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    if (type.startsWith("text/html") && request.method === "GET") served.push(request.url ?? "");
    response.writeHead(200, { "content-type": type });
    return createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    htmlSince() {
      const since = served.sort();
      served = [];
      return since;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** wget ends with 8 when some page is an error, as one here is. */
function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: "ignore" });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0 || code === 8) resolve();
      else reject(new Error(`"${command} ${args.join(" ")}" ended with ${code}`));
    });
  });
}
