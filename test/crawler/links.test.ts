import { expect, test } from "vitest";
import { readHtml } from "../../src/examples/crawler/links.ts";

const page = "http://example.com/docs/page.html";

function urls(html: string): string[] {
  return readHtml(html, page).links.map(({ url }) => url.replace("http://example.com", ""));
}

test("links are read from every element that leads to another page", () => {
  const html = `<a href="a">A</a> <area href="area"> <iframe src="iframe"></iframe>
    <frameset><frame src="frame"></frameset> <link rel="next" href="next">
    <link rel="alternate" href="alternate"> <meta http-equiv="Refresh" content="5; URL='refresh'">
    <noscript><a href="noscript">B</a></noscript>`;
  expect(urls(html)).toEqual(
    ["a", "area", "iframe", "frame", "next", "alternate", "refresh", "noscript"].map(
      (name) => `/docs/${name}`,
    ),
  );
});

test("what a page is shown with is no page", () => {
  const html = `<img src="x.png"> <script src="x.js"></script> <link rel="stylesheet" href="x.css">
    <link rel="Shortcut Icon" href="x.ico"> <link rel="preload" href="x"> <form action="x"></form>`;
  expect(urls(html)).toEqual([]);
});

test("links in comments, scripts and without an address do not count", () => {
  expect(urls(`<!-- <a href="x"> --> <script>"<a href='x'>"</script> <a name="x">x</a>`)).toEqual(
    [],
  );
});

test("entities in addresses are decoded", () => {
  expect(urls(`<A HREF="?a=1&amp;b=2">x</A>`)).toEqual(["/docs/page.html?a=1&b=2"]);
});

test("<base> counts for all links, those before it too, and only the first one counts", () => {
  const html = `<a href="x">x</a><base href="../other/"><base href="/wrong/"><a href="y">y</a>`;
  expect(urls(html)).toEqual(["/other/x", "/other/y"]);
});

test("a <base> that cannot be read, or leads nowhere on the web, does not count", () => {
  expect(urls(`<base href="http://["><a href="x">x</a>`)).toEqual(["/docs/x"]);
  expect(urls(`<base href="javascript:0"><a href="x">x</a>`)).toEqual(["/docs/x"]);
  expect(urls(`<base target="_top"><a href="x">x</a>`)).toEqual(["/docs/x"]);
});

test("rel=nofollow is told of each link, and nofollow for robots of the page", () => {
  const html = readHtml(`<a href="x" rel="external NoFollow">x</a><a href="y">y</a>`, page);
  expect(html.links.map(({ nofollow }) => nofollow)).toEqual([true, false]);
  expect(html.nofollow).toBe(false);
  expect(readHtml(`<meta name="ROBOTS" content="noindex, NOFOLLOW">`, page).nofollow).toBe(true);
  expect(readHtml(`<meta name="robots" content="none">`, page).nofollow).toBe(true);
  expect(readHtml(`<meta name="description" content="nofollow">`, page).nofollow).toBe(false);
});

test("the title is the text of the first <title>, on one line", () => {
  const html = "<title>\n  Tom &amp;\n Jerry </title><svg><title>a mouse</title></svg>";
  expect(readHtml(html, page).title).toBe("Tom & Jerry");
  expect(readHtml("<p>none</p>", page).title).toBeUndefined();
});

test("in XHTML an element may close itself", () => {
  expect(readHtml(`<title/><a href="x"/>`, page, "xml").links).toHaveLength(1);
});
