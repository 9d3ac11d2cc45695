import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { canWrite, writeOutput } from "../../src/examples/crawler/output.ts";
import type { Page } from "../../src/examples/crawler/page.ts";
import { failures, line, summary, table } from "../../src/examples/crawler/report.ts";

const found: Page = {
  url: "http://a/",
  status: 200,
  contentType: "text/html",
  bytes: 1234,
  milliseconds: 10,
  depth: 0,
  from: null,
  title: 'A "title", with a comma',
};
const moved: Page = {
  ...found,
  url: "http://a/b",
  status: 301,
  bytes: 0,
  redirectedTo: "http://a/c",
};
const missing: Page = {
  ...found,
  url: "http://a/c",
  status: 404,
  milliseconds: 30,
  from: "http://a/",
};
const late: Page = { ...found, url: "http://a/d", error: "timeout" };
const dead: Page = { ...found, url: "http://b/", status: null, error: "network error: refused" };
const left: Page = { ...found, url: "http://a/e", status: null, error: "robots: disallowed" };
const pages = [left, dead, late, missing, moved, found];

test("the table has a row for each status and each kind of error, statuses first", () => {
  expect(table(pages)).toBe(
    [
      "status          pages   bytes   mean ms   95% within ms",
      "200                 1   1,234        10              10",
      "301                 1       0        10              10",
      "404                 1   1,234        30              30",
      "network error       1   1,234        10              10",
      "robots              1   1,234        10              10",
      "timeout             1   1,234        10              10",
      "all                 6   6,170        13              30",
    ].join("\n"),
  );
});

test("the table of no pages is a table all the same", () => {
  expect(table([])).toMatch(/^all +0 +0 +0 +0$/m);
});

test("a page is one line, with where it leads or what went wrong", () => {
  expect(line(moved)).toBe("301     10 ms  http://a/b  -> http://a/c");
  expect(line(dead)).toBe("  -     10 ms  http://b/  network error: refused");
});

test("what the crawl left alone by its own decision did not fail", () => {
  expect(
    failures(pages).map((text) => text.split("  ").find((part) => part.startsWith("http"))),
  ).toEqual(["http://b/", "http://a/d", "http://a/c"]);
  expect(failures(pages, 1)).toHaveLength(2);
});

test("the last line counts", () => {
  expect(summary({ seconds: 1.234, concurrency: 10, pages })).toBe(
    "6 pages in 1.23 s, 10 at a time, 3 of them failed",
  );
  expect(summary({ seconds: 0, concurrency: 1, pages: [found] })).toBe(
    "1 page in 0.00 s, 1 at a time",
  );
});

test("the extension decides the format of the output", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fibril-crawler-"));
  try {
    const result = { seconds: 1.5, concurrency: 10, pages: [found, moved] };
    await writeOutput(join(folder, "pages.json"), result);
    expect(JSON.parse(await readFile(join(folder, "pages.json"), "utf8"))).toEqual(result);
    await writeOutput(join(folder, "pages.CSV"), result);
    expect((await readFile(join(folder, "pages.CSV"), "utf8")).split("\n")).toEqual([
      "url,status,contentType,bytes,milliseconds,depth,from,redirectedTo,error,title",
      'http://a/,200,text/html,1234,10,0,,,,"A ""title"", with a comma"',
      'http://a/b,301,text/html,0,10,0,,http://a/c,,"A ""title"", with a comma"',
      "",
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
  expect(canWrite("pages.xml")).toBe(false);
  await expect(writeOutput("pages.xml", { seconds: 0, concurrency: 1, pages: [] })).rejects.toThrow(
    'Cannot write "pages.xml": its name must end in .json or .csv',
  );
});
