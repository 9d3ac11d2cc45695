import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { type Answer, sitePages } from "./site-pages.ts";

/** A small web site on this machine, the same on every run, to try a crawler on. */
export interface Site {
  readonly url: string;
  /** How often each path was asked for. */
  readonly hits: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
/** Every answer takes between these, depending on its path alone. */
const DELAY = { least: 5, most: 40 };
/** Longer than anybody waits: to the crawler this page is a timeout. */
const SLOW = 60_000;
/** The pause between two parts of the page that has no end. */
const DRIP = 20;

export async function startSite(): Promise<Site> {
  const hits = new Map<string, number>();
  const server = createServer();
  const port = await listen(server);
  // With the own port taken, the closed one is sure to be another.
  const pages = sitePages(await closedPort());
  server.on("request", (request, response) => {
    const path = new URL(request.url ?? "/", `http://${HOST}`).pathname;
    const visit = (hits.get(path) ?? 0) + 1;
    hits.set(path, visit);
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    // The crawler may hang up in the middle of a delay, which is what its timeouts are for.
    answer(response, pages.get(path), visit, delayOf(path), gone.signal).catch(() =>
      response.destroy(),
    );
  });
  return { url: `http://${HOST}:${port}/`, hits, close: () => close(server) };
}

async function answer(
  response: ServerResponse,
  page: Answer | undefined,
  visit: number,
  wait: number,
  signal: AbortSignal,
): Promise<void> {
  await delay(page?.kind === "slow" ? SLOW : wait, undefined, { signal });
  switch (page?.kind) {
    case undefined:
      return send(response, 404, "text/html", "<title>Not found</title>");
    case "body":
      return send(response, page.status, page.type, page.body);
    case "redirect":
      response.setHeader("location", page.to);
      return send(response, page.status, "text/plain", `See ${page.to}\n`);
    case "flaky":
      // Every other time, so that each crawl meets the failure and then the page.
      return visit % 2 === 1
        ? send(response, 500, "text/plain", "Try again\n")
        : send(response, 200, "text/html", "<title>Works at last</title>");
    case "slow":
      return send(response, 200, "text/html", "<title>Late</title>");
    case "endless":
      return drip(response, signal);
  }
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
): void {
  response
    .writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) })
    .end(body);
}

async function drip(response: ServerResponse, signal: AbortSignal): Promise<void> {
  response.writeHead(200, { "content-type": "text/html" });
  for (;;) {
    response.write("<p>And another thing.</p>\n");
    await delay(DRIP, undefined, { signal });
  }
}

/** Squared, so that short delays are more common than long ones, as on real sites. */
function delayOf(path: string): number {
  let hash = 2166136261; // FNV-1a
  for (let i = 0; i < path.length; i++) hash = Math.imul(hash ^ path.charCodeAt(i), 16777619) >>> 0;
  return DELAY.least + (DELAY.most - DELAY.least) * (hash / 2 ** 32) ** 2;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) =>
    server.once("error", reject).listen(0, HOST, resolve),
  );
  return (server.address() as AddressInfo).port;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // Idle keep-alive connections would hold the program for seconds, the endless page for ever.
    server.closeAllConnections();
  });
}

/** An address where a connection is refused: it was free a moment ago. */
async function closedPort(): Promise<string> {
  const server = createServer();
  const port = await listen(server);
  await close(server);
  return `http://${HOST}:${port}/`;
}
