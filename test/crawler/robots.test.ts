import { expect, test } from "vitest";
import { parseRules } from "../../src/examples/crawler/robots.ts";
import { crawl } from "./run-crawl.ts";
import { linksTo, redirect, serve } from "./server.ts";

const url = "http://example.com/robots.txt";

test("the longest rule counts, and stars and dollars mean what they say", () => {
  const rules = parseRules(
    url,
    "User-agent: *\nDisallow: /a\nAllow: /a/public\nDisallow: /*.pdf$\n# Disallow: /b",
  );
  const refused = (path: string) => rules.refusal(`http://example.com${path}`) !== undefined;
  expect(refused("/a/x")).toBe(true);
  expect(refused("/a/public/x")).toBe(false);
  expect(refused("/x.pdf")).toBe(true);
  expect(refused("/x.pdf?y")).toBe(false);
  expect(refused("/b")).toBe(false);
});

test("rules for fibril-crawler come before those for everyone", () => {
  const rules = parseRules(
    url,
    "User-agent: *\nDisallow: /\n\nUser-agent: Fibril-Crawler\nDisallow: /secret\nCrawl-delay: 1.5",
  );
  expect(rules.refusal("http://example.com/")).toBeUndefined();
  expect(rules.refusal("http://example.com/secret")).toBe(`robots: disallowed by ${url}`);
  expect(rules.gap).toBe(1500);
});

test("a Crawl-delay that is no number is none", () => {
  expect(parseRules(url, "User-agent: *\nCrawl-delay: soon").gap).toBe(0);
});

const text = (body: string, status = 200) => ({
  status,
  headers: { "content-type": "text/plain" },
  body,
});

test("what robots.txt disallows is reported and not fetched, redirect targets included", async () => {
  const site = await serve({
    "/robots.txt": text("User-agent: *\nDisallow: /private/"),
    "/": linksTo("/private/a", "/moved"),
    "/moved": redirect("/private/b"),
  });
  const pages = await crawl(site.origin);
  expect(site.requests.map(({ path }) => path).sort()).toEqual(["/", "/moved", "/robots.txt"]);
  for (const path of ["/private/a", "/private/b"]) {
    const error = `robots: disallowed by ${site.origin}/robots.txt`;
    expect(pages.get(path)).toMatchObject({ status: null, error });
  }
  await site.close();
});

test("--no-robots asks for no rules and follows everything", async () => {
  const site = await serve({
    "/robots.txt": text("User-agent: *\nDisallow: /"),
    "/": `<meta name="robots" content="nofollow"><a rel="nofollow" href="/a">a</a>`,
    "/a": "",
  });
  await crawl(site.origin, { robots: false });
  expect(site.requests.map(({ path }) => path)).toEqual(["/", "/a"]);
  await site.close();
});

test("nofollow is respected, of a link and of a page", async () => {
  const site = await serve({
    "/": `<a rel="nofollow" href="/a">a</a>${linksTo("/b")}`,
    "/b": `<meta name="robots" content="nofollow">${linksTo("/c")}`,
  });
  await crawl(site.origin);
  expect(site.asked()).toEqual(["/", "/b"]);
  await site.close();
});

test("without a robots.txt everything is allowed; one that fails forbids everything", async () => {
  const open = await serve({ "/": "" });
  const failing = await serve({ "/": "", "/robots.txt": text("", 503) });
  const pages = await crawl([open.origin, failing.origin]);
  expect(pages.get("/")?.status).toBe(200);
  expect(pages.get(`${failing.origin}/`)).toMatchObject({
    status: null,
    error: `robots: ${failing.origin}/robots.txt answered 503`,
  });
  expect(failing.asked()).toEqual([]);
  await Promise.all([open.close(), failing.close()]);
});

test("robots.txt is fetched once an origin, and may have moved", async () => {
  const site = await serve({
    "/robots.txt": redirect("/rules.txt"),
    "/rules.txt": text("User-agent: *\nDisallow: /private"),
    "/": linksTo("/a", "/b", "/private"),
    "/a": "",
    "/b": "",
  });
  const pages = await crawl([`${site.origin}/`, `${site.origin}/a`, `${site.origin}/b`]);
  expect(pages.get("/private")?.error).toMatch(/^robots: /);
  expect(site.requests.filter(({ path }) => path === "/robots.txt")).toHaveLength(1);
  await site.close();
});

test("Crawl-delay keeps requests apart", async () => {
  const site = await serve({
    "/robots.txt": text("User-agent: *\nCrawl-delay: 0.06"),
    "/": linksTo("/a", "/b"),
    "/a": "",
    "/b": "",
  });
  await crawl(site.origin);
  const times = site.requests.slice(1).map(({ time }) => time);
  expect(times).toHaveLength(3);
  expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(60);
  await site.close();
});
