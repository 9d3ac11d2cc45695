import * as Duration from "effect/Duration";
import { expect, test } from "vitest";
import { startSite } from "../../src/examples/crawler/site.ts";
import { crawl } from "./run-crawl.ts";

test("of the local site every page is fetched once, and tried again only where that may help", async () => {
  const site = await startSite();
  const pages = await crawl(site.url, { timeout: Duration.seconds(3), allOrigins: true });
  const repeated = [...site.hits].filter(([, times]) => times > 1);
  expect(repeated.sort()).toEqual([
    ["/broken", 3],
    ["/flaky", 2],
  ]);
  expect(site.hits.has("/private/diary.html")).toBe(false);
  expect(site.hits.has("/hidden.html")).toBe(false);
  expect(pages.get("/flaky")).toMatchObject({ status: 200, title: "Works at last" });
  expect(pages.get("/slow")).toMatchObject({ status: null, error: "timeout" });
  expect(pages.get("/endless")).toMatchObject({ status: 200, error: "timeout" });
  expect(pages.get("/latin-1.html")?.title).toBe("Café");
  expect(pages.get("/meta.html")?.title).toBe("Crème");
  expect(pages.get("/moved/2")?.redirectedTo).toBe(`${site.url}moved/3`);
  expect(pages.get("/loop/b")?.redirectedTo).toBe(`${site.url}loop/a`);
  expect(
    [...pages.values()].filter(({ error }) => error?.startsWith("network error")),
  ).toHaveLength(1);
  await site.close();
});

test("the local site is the same every time", async () => {
  const paths = async () => {
    const site = await startSite();
    const pages = await crawl(site.url, { timeout: Duration.seconds(3) });
    await site.close();
    const sizes = [...pages].map(([path, { status, bytes }]) => [path, status, bytes]);
    return sizes.filter(([path]) => path !== "/endless" && path !== "/").sort();
  };
  const [first, second] = await Promise.all([paths(), paths()]);
  // Only the address of the closed port differs.
  const local = (rows: unknown[][]) => rows.filter(([path]) => String(path).startsWith("/"));
  expect(local(first)).toEqual(local(second));
});
