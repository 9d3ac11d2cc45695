import type { ServerResponse } from "node:http";
import * as Duration from "effect/Duration";
import { expect, test } from "vitest";
import { crawl } from "./run-crawl.ts";
import { linksTo, serve } from "./server.ts";

/** Fails the first times, then answers. */
function failing(times: number, fail: (response: ServerResponse) => void) {
  let left = times;
  return (_: unknown, response: ServerResponse) => {
    if (left-- > 0) return fail(response);
    response.setHeader("content-type", "text/html").end("<title>At last</title>");
  };
}

const status =
  (code: number, headers = {}) =>
  (response: ServerResponse) => {
    response.writeHead(code, headers).end();
  };

test("the request says who asks and what it would like", async () => {
  const site = await serve({ "/": "" });
  await crawl(site.origin);
  expect(site.requests.map(({ headers }) => headers["user-agent"])).toEqual([
    "fibril-crawler/0.1",
    "fibril-crawler/0.1",
  ]);
  expect(site.requests[1]?.headers.accept).toMatch(/^text\/html/);
  await site.close();
});

test("5xx and broken connections are tried three times, anything else once", async () => {
  const site = await serve({
    "/": linksTo("/heals", "/never", "/cut", "/halfway", "/missing"),
    "/heals": failing(2, status(503)),
    "/never": failing(9, status(500)),
    "/cut": failing(1, (response) => response.destroy()),
    "/halfway": failing(1, (response) => {
      response.writeHead(200, { "content-type": "text/html", "content-length": 100 }).write("x");
      setTimeout(() => response.destroy(), 20);
    }),
  });
  const pages = await crawl(site.origin);
  const tried = (path: string) => site.asked().filter((asked) => asked === path).length;
  expect(pages.get("/heals")).toMatchObject({ status: 200, title: "At last" });
  expect(pages.get("/never")).toMatchObject({ status: 500 });
  expect(pages.get("/cut")).toMatchObject({ status: 200, title: "At last" });
  expect(pages.get("/halfway")).toMatchObject({ status: 200, title: "At last" });
  expect(pages.get("/halfway")).not.toHaveProperty("error");
  expect(["/heals", "/never", "/cut", "/halfway", "/missing"].map(tried)).toEqual([3, 3, 2, 2, 1]);
  await site.close();
});

test("Retry-After is honoured if it is short, and otherwise the last word", async () => {
  const site = await serve({
    "/": linksTo("/soon", "/later", "/limit"),
    "/soon": failing(1, status(503, { "retry-after": "0" })),
    "/later": failing(1, status(503, { "retry-after": "3600" })),
    "/limit": failing(1, status(429, { "retry-after": new Date(0).toUTCString() })),
  });
  const pages = await crawl(site.origin);
  expect(pages.get("/soon")?.status).toBe(200);
  expect(pages.get("/later")?.status).toBe(503);
  expect(pages.get("/limit")?.status).toBe(200);
  await site.close();
});

test("the timeout ends a page that never answers and one that never ends, with their connections", async () => {
  const site = await serve({
    "/": linksTo("/silent", "/endless"),
    "/silent": () => {},
    "/endless": (_, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      const drip = setInterval(() => response.write("<p>and on"), 10);
      response.once("close", () => clearInterval(drip));
    },
  });
  const pages = await crawl(site.origin, { timeout: Duration.seconds(1) });
  expect(pages.get("/silent")).toMatchObject({ status: null, error: "timeout" });
  expect(pages.get("/endless")).toMatchObject({ status: 200, error: "timeout" });
  expect(pages.get("/endless")?.bytes).toBeGreaterThan(0);
  expect(site.asked()).toEqual(["/", "/endless", "/silent"]);
  await expect.poll(() => site.hungUp("/silent") && site.hungUp("/endless")).toBe(true);
  await site.close();
});

test("of a page above the limit only the first part is read, and its links count", async () => {
  const site = await serve({
    "/": `${linksTo("/a")}${"x".repeat(100_000)}`,
    "/a": "",
  });
  const pages = await crawl(site.origin, { maxBytes: 1000 });
  expect(pages.get("/")?.error).toMatch(/^too large: only the first \d+ bytes were read$/);
  expect(pages.get("/a")?.status).toBe(200);
  await site.close();
});

test("bodies that are no HTML are not read, and have the size that was announced", async () => {
  let sent = 0;
  const site = await serve({
    "/": linksTo("/film"),
    "/film": (_, response) => {
      response.writeHead(200, { "content-type": "video/mp4", "content-length": 1e9 });
      const chunk = Buffer.alloc(64 * 1024);
      const send = () => {
        while (!response.destroyed && sent < 1e9) {
          sent += chunk.length;
          if (!response.write(chunk)) return;
        }
      };
      response.on("drain", send);
      send();
    },
  });
  const pages = await crawl(site.origin);
  expect(pages.get("/film")).toMatchObject({ status: 200, contentType: "video/mp4", bytes: 1e9 });
  expect(sent).toBeLessThan(1e9);
  await expect.poll(() => site.hungUp("/film")).toBe(true);
  await site.close();
});

test("titles arrive in the charset of their page, and so do redirects", async () => {
  const latin1 = (text: string) => Buffer.from(text, "latin1");
  const site = await serve({
    "/": linksTo("/header", "/meta", "/moved"),
    "/header": {
      headers: { "content-type": "text/html; charset=iso-8859-1" },
      body: latin1("<title>Café</title>"),
    },
    "/meta": {
      headers: { "content-type": "text/html" },
      body: latin1('<meta charset="latin1"><title>Crème</title>'),
    },
    // Header bytes are UTF-8 in practice, and latin1 in the types of node:http.
    "/moved": { status: 301, headers: { location: Buffer.from("/ü").toString("latin1") } },
    "/%C3%BC": "<title>ü</title>",
  });
  const pages = await crawl(site.origin);
  expect(pages.get("/header")?.title).toBe("Café");
  expect(pages.get("/meta")?.title).toBe("Crème");
  expect(pages.get("/%C3%BC")?.title).toBe("ü");
  await site.close();
});
