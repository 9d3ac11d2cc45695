import * as Duration from "effect/Duration";
import { spawn } from "fibril";
import { expect, test } from "vitest";
import { Crawl } from "../../src/examples/crawler/crawl.ts";
import { crawl, defaults } from "./run-crawl.ts";
import { closedOrigin, linksTo, redirect, serve } from "./server.ts";

test("every page is fetched once, however many lead to it", async () => {
  const everywhere = linksTo("/", "/a", "/b#x", "b#y", "./a", "/a?", "/a?x=1");
  const site = await serve({
    "/": everywhere,
    "/a": everywhere,
    "/b": everywhere,
    "/a?x=1": "",
  });
  const pages = await crawl(`${site.origin}/#top`);
  expect(site.asked()).toEqual(["/", "/a", "/a?x=1", "/b"]);
  expect(pages.size).toBe(4);
  await site.close();
});

test("a page says how it was found and what it is", async () => {
  const site = await serve({
    "/": `<title>Front</title>${linksTo("/a")}`,
    "/a": { headers: { "content-type": "text/plain" }, body: "Hello" },
  });
  const pages = await crawl(site.origin);
  expect(pages.get("/")).toEqual({
    url: `${site.origin}/`,
    status: 200,
    contentType: "text/html; charset=utf-8",
    bytes: expect.any(Number),
    milliseconds: expect.any(Number),
    depth: 0,
    from: null,
    title: "Front",
  });
  expect(pages.get("/a")).toMatchObject({ bytes: 5, depth: 1, from: `${site.origin}/` });
  await site.close();
});

test("only HTML is read for links, and no page that is an error", async () => {
  const body = linksTo("/hidden");
  const site = await serve({
    "/": linksTo("/text", "/missing", "/page.xhtml"),
    "/text": { headers: { "content-type": "text/plain" }, body },
    "/missing": { status: 404, body },
    "/page.xhtml": {
      headers: { "content-type": "application/xhtml+xml" },
      body: linksTo("/found"),
    },
    "/found": "",
  });
  await crawl(site.origin);
  expect(site.asked()).toEqual(["/", "/found", "/missing", "/page.xhtml", "/text"]);
  await site.close();
});

test("each hop of a redirect is a page of its own, and no step", async () => {
  const site = await serve({
    "/": linksTo("/old"),
    "/old": redirect("older#x", 301),
    "/older": redirect("/new", 307),
    "/new": linksTo("/next"),
    "/next": "",
  });
  const pages = await crawl(site.origin);
  const at = (path: string) => site.origin + path;
  expect(pages.get("/old")).toMatchObject({ status: 301, redirectedTo: at("/older"), depth: 1 });
  expect(pages.get("/older")).toMatchObject({
    status: 307,
    redirectedTo: at("/new"),
    from: at("/old"),
  });
  expect(pages.get("/new")).toMatchObject({ status: 200, depth: 1, from: at("/older") });
  expect(pages.get("/next")).toMatchObject({ depth: 2 });
  await site.close();
});

test("a redirect that leads back ends, as each address is fetched once", async () => {
  const site = await serve({ "/": redirect("/a"), "/a": redirect("/b"), "/b": redirect("/") });
  await crawl(site.origin);
  expect(site.asked()).toEqual(["/", "/a", "/b"]);
  await site.close();
});

test("a redirect that leads nowhere is reported", async () => {
  const site = await serve({
    "/": linksTo("/bad", "/mail", "/none"),
    "/bad": redirect("http://[x"),
    "/mail": redirect("mailto:a@b.c"),
    "/none": { status: 302 },
  });
  const pages = await crawl(site.origin);
  expect(pages.get("/bad")).toMatchObject({ status: 302, redirectedTo: "http://[x" });
  expect(pages.get("http://[x")).toMatchObject({
    error: 'bad URL: cannot read the link "http://[x"',
  });
  expect(pages.get("/mail")).toMatchObject({ redirectedTo: "mailto:a@b.c" });
  expect(pages.get("/none")).not.toHaveProperty("redirectedTo");
  await site.close();
});

test("links to other origins are left alone, but redirects to them are recorded", async () => {
  const other = await serve({ "/": "", "/moved": "" });
  const site = await serve({
    "/": linksTo(`${other.origin}/`, "/away"),
    "/away": redirect(`${other.origin}/moved`),
  });
  const pages = await crawl(site.origin);
  expect(other.requests).toEqual([]);
  expect([...pages.keys()]).toEqual(["/", "/away", `${other.origin}/moved`]);
  expect(pages.get(`${other.origin}/moved`)).toMatchObject({
    status: null,
    error: "other origin: not followed without --all-origins",
    from: `${site.origin}/away`,
  });
  await crawl(site.origin, { allOrigins: true });
  expect(other.asked()).toEqual(["/", "/moved"]);
  await Promise.all([site.close(), other.close()]);
});

test("the origins of all given addresses are the crawl's own", async () => {
  const other = await serve({ "/": "", "/x": "" });
  const site = await serve({ "/": linksTo(`${other.origin}/x`) });
  const pages = await crawl([site.origin, other.origin]);
  expect(pages.get(`${other.origin}/x`)).toMatchObject({ status: 200, depth: 1 });
  await Promise.all([site.close(), other.close()]);
});

test("bad addresses and unreachable hosts are reported, and the crawl goes on", async () => {
  const nowhere = await closedOrigin();
  const site = await serve({ "/": linksTo("http://[x", `${nowhere}/`, "/a"), "/a": "" });
  const pages = await crawl([site.origin, "not an address"], { allOrigins: true });
  expect(pages.get("/a")?.status).toBe(200);
  expect(pages.get("http://[x")?.error).toMatch(/^bad URL: /);
  expect(pages.get("not an address")).toMatchObject({
    error: expect.stringMatching(/^bad URL: /),
    from: null,
  });
  expect(pages.get(`${nowhere}/`)).toMatchObject({
    status: null,
    error: expect.stringMatching(/^network error: ./),
  });
  await site.close();
});

test("depth counts links, and 0 means the given addresses alone", async () => {
  const site = await serve({
    "/": linksTo("/1"),
    "/1": linksTo("/2"),
    "/2": linksTo("/3"),
    "/3": "",
  });
  expect([...(await crawl(site.origin, { depth: 0 })).keys()]).toEqual(["/"]);
  expect([...(await crawl(site.origin, { depth: 2 })).keys()]).toEqual(["/", "/1", "/2"]);
  await site.close();
});

test("a page first found by a detour has the depth of the short cut, found later", async () => {
  const arrived = Promise.withResolvers<void>();
  const site = await serve({
    "/": linksTo("/slow", "/1"),
    "/1": linksTo("/2"),
    "/2": linksTo("/target"),
    "/target": (_, response) => {
      arrived.resolve();
      response.setHeader("content-type", "text/html").end(linksTo("/beyond"));
    },
    // The short cut answers when the detour is done.
    "/slow": async (_, response) => {
      await arrived.promise;
      response.setHeader("content-type", "text/html").end(linksTo("/target"));
    },
    "/beyond": "",
  });
  const pages = await crawl(site.origin, { depth: 3 });
  expect(pages.get("/target")).toMatchObject({ depth: 2, from: `${site.origin}/slow` });
  expect(pages.get("/beyond")).toMatchObject({ status: 200, depth: 3 });
  expect(site.asked()).toHaveLength(6);
  await site.close();
});

test("max-pages counts what was fetched, and is never exceeded", async () => {
  const names = Array.from({ length: 50 }, (_, index) => `/${index}`);
  const site = await serve({
    "/robots.txt": {
      headers: { "content-type": "text/plain" },
      body: "User-agent: *\nDisallow: /1",
    },
    "/": linksTo(...names),
    ...Object.fromEntries(names.map((name) => [name, ""])),
  });
  const pages = await crawl(site.origin, { maxPages: 20 });
  expect(site.asked()).toHaveLength(20);
  expect([...pages.values()].filter(({ status }) => status === 200)).toHaveLength(20);
  await site.close();
});

test("no more pages are fetched at a time than asked for, and idle workers wake up", async () => {
  let [now, most] = [0, 0];
  const slowly = (body: string) => (_: unknown, response: import("node:http").ServerResponse) => {
    most = Math.max(most, ++now);
    setTimeout(() => {
      now--;
      response.setHeader("content-type", "text/html").end(body);
    }, 20);
  };
  const names = Array.from({ length: 12 }, (_, index) => `/${index}`);
  const site = await serve({
    "/": slowly(linksTo("/hub")),
    "/hub": slowly(linksTo(...names)),
    ...Object.fromEntries(names.map((name) => [name, slowly("")])),
  });
  await crawl(site.origin, { concurrency: 4, robots: false });
  expect(most).toBe(4);
  most = 0;
  await crawl(site.origin, { concurrency: 1, robots: false });
  expect(most).toBe(1);
  await site.close();
});

test("a killed crawl kills its workers, closes their connections and keeps what was done", async () => {
  const hanging = Promise.withResolvers<void>();
  const site = await serve({ "/": linksTo("/hang"), "/hang": () => hanging.resolve() });
  const work = new Crawl([site.origin], defaults);
  const fiber = spawn(work.run());
  await hanging.promise;
  await fiber.kill();
  expect(work.result.pages.map(({ url }) => url)).toEqual([`${site.origin}/`]);
  await expect.poll(() => site.hungUp("/hang")).toBe(true);
  await site.close();
});

test("requests to one host keep the delay, retries and robots.txt included", async () => {
  let failed = false;
  const site = await serve({
    "/": linksTo("/a", "/b", "/c"),
    "/a": "",
    "/b": (_, response) => {
      response.writeHead(failed ? 200 : 500).end();
      failed = true;
    },
    "/c": "",
  });
  await crawl(site.origin, { delay: Duration.millis(60) });
  expect(site.requests).toHaveLength(6);
  const times = site.requests.map(({ time }) => time);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  // The starts are 60 ms apart; on its way a request may lose some of that to the one before it.
  for (const gap of gaps) expect(gap).toBeGreaterThan(30);
  await site.close();
});
