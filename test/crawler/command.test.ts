import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Page } from "../../src/examples/crawler/page.ts";
import { runCrawler, startCrawler, withFolder } from "./command.ts";
import { closedOrigin, linksTo, serve } from "./server.ts";

const LIMIT = 60_000;

async function pagesIn(file: string): Promise<Page[]> {
  return JSON.parse(await readFile(file, "utf8")).pages;
}

test(
  "given addresses are crawled, with a line for each page, a table and a last line",
  async () => {
    const site = await serve({ "/": linksTo("/a", "/missing"), "/a": "" });
    const { code, stdout, stderr } = await runCrawler(site.origin);
    expect(stderr).toBe("");
    expect(stdout).toMatch(new RegExp(`^200 +\\d+ ms {2}${site.origin}/a$`, "m"));
    expect(stdout).toMatch(/^200 +2 /m);
    expect(stdout).toMatch(/^404 +1 /m);
    expect(stdout).toMatch(/\n3 pages in \d+\.\d\d s, 10 at a time, 1 of them failed\n$/);
    expect(code).toBe(0);
    await site.close();
  },
  LIMIT,
);

test(
  "all options together, and nothing but failures with --quiet",
  async () => {
    await withFolder(async (folder) => {
      const site = await serve({
        "/robots.txt": { body: "User-agent: *\nDisallow: /" },
        "/": linksTo("/1", "/missing"),
        "/1": linksTo("/2"),
        "/2": "",
      });
      const file = join(folder, "pages.csv");
      const limits = ["--depth", "1", "--max-pages", "5", "--timeout", "2 seconds", "--delay", "1"];
      const others = [
        "--concurrency=2",
        "--max-bytes=9999",
        "--all-origins",
        "--no-robots",
        "--quiet",
      ];
      const { code, stdout } = await runCrawler(
        site.origin,
        ...limits,
        ...others,
        "--output",
        file,
      );
      expect(stdout.split("\n")).toEqual([
        expect.stringMatching(`^404 +\\d+ ms  ${site.origin}/missing$`),
        expect.stringMatching("^3 pages in .* s, 2 at a time, 1 of them failed$"),
        "",
      ]);
      expect(await readFile(file, "utf8")).toMatch(/^url,status,contentType,bytes,/);
      expect(code).toBe(0);
      await site.close();
    });
  },
  LIMIT,
);

test(
  "failed pages are no failed crawl, but no address to start from is",
  async () => {
    await withFolder(async (folder) => {
      const file = join(folder, "pages.json");
      const nowhere = await closedOrigin();
      expect((await runCrawler(nowhere, "--quiet")).code).toBe(0);
      const { code, stdout } = await runCrawler("example", "ftp://x/", "--output", file);
      expect(stdout).toContain('bad URL: cannot crawl "example": did you mean "http://example"?');
      expect((await pagesIn(file)).map(({ url }) => url)).toEqual(["example", "ftp://x/"]);
      expect(code).toBe(1);
    });
  },
  LIMIT,
);

test.each([
  [["--concurrency", "0"], 'Invalid value for flag --concurrency: "0". Expected: an integer >= 1'],
  [["--depth=-1"], 'Invalid value for flag --depth: "-1". Expected: an integer >= 0'],
  [["--timeout", "soon"], "Expected: milliseconds (500), or a number and a unit"],
  [["--timeout", "0"], "Expected: more than 0, or no page could ever arrive"],
  [["--output", "pages.xml"], "Expected: a file name that ends in .json or .csv"],
  [["--output", "/no/such/pages.csv"], 'create "/no/such" first'],
  [["--fast"], "Unrecognized flag: --fast"],
])(
  "%j is refused with a reason",
  async (args, reason) => {
    const { code, stdout, stderr } = await runCrawler("http://127.0.0.1:9/", ...args);
    expect(stdout + stderr).toContain(reason);
    expect(code).toBe(1);
  },
  LIMIT,
);

test(
  "--help names every option",
  async () => {
    const { code, stdout } = await runCrawler("--help");
    for (const name of ["concurrency", "depth", "max-pages", "max-bytes", "timeout", "delay"]) {
      expect(stdout).toContain(`--${name} `);
    }
    for (const name of ["all-origins", "no-robots", "output", "quiet"])
      expect(stdout).toContain(`--${name} `);
    expect(code).toBe(0);
  },
  LIMIT,
);

test(
  "Ctrl-C reports and writes what was done so far, and ends with 130",
  async () => {
    await withFolder(async (folder) => {
      const file = join(folder, "pages.json");
      const hanging = Promise.withResolvers<void>();
      const site = await serve({ "/": linksTo("/hang"), "/hang": () => hanging.resolve() });
      const { interrupt, ended } = startCrawler([site.origin, "--output", file]);
      await hanging.promise;
      interrupt();
      const { code, stdout, stderr } = await ended;
      expect(stderr).toBe("");
      expect(stdout).toMatch(/^200 +1 /m);
      expect(stdout).toMatch(/\nStopped: 1 page in /);
      expect((await pagesIn(file)).map(({ url }) => url)).toEqual([`${site.origin}/`]);
      expect(code).toBe(130);
      await site.close();
    });
  },
  LIMIT,
);

test(
  "without addresses a local site is crawled twice, and the times compared",
  async () => {
    await withFolder(async (folder) => {
      const file = join(folder, "pages.json");
      // Longer than the default, as a busy machine may make any page late.
      const { code, stdout, stderr } = await runCrawler("--timeout=3000", "--output", file);
      expect(stderr).toBe("");
      expect(stdout).toMatch(/^282 pages in \d+\.\d\d s, 1 at a time, 7 of them failed$/m);
      expect(stdout).toMatch(/^282 pages in \d+\.\d\d s, 10 at a time, 7 of them failed$/m);
      expect(stdout).toMatch(/\n\d+\.\d\d s \/ \d+\.\d\d s: \d+\.\d times as fast\n$/);
      const rows = [...stdout.matchAll(/^(\S[\w ]*?) {2,}(\d+) .*\d$/gm)].map(([, kind, pages]) => [
        kind,
        pages,
      ]);
      expect(rows).toEqual([
        ["200", "267"],
        ["301", "1"],
        ["302", "4"],
        ["308", "1"],
        ["404", "3"],
        ["500", "1"],
        ["bad URL", "1"],
        ["other origin", "1"],
        ["robots", "1"],
        ["timeout", "2"],
        ["all", "282"],
      ]);
      expect(await pagesIn(file)).toHaveLength(282);
      expect(code).toBe(0);
    });
  },
  LIMIT,
);
