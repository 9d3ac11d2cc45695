import * as Duration from "effect/Duration";
import { spawn } from "fibril";
import { Crawl } from "../../src/examples/crawler/crawl.ts";
import type { Options } from "../../src/examples/crawler/options.ts";
import type { Page } from "../../src/examples/crawler/page.ts";

export const defaults: Options = {
  concurrency: 10,
  depth: Number.POSITIVE_INFINITY,
  maxPages: Number.POSITIVE_INFINITY,
  maxBytes: 16 * 1024 * 1024,
  timeout: Duration.seconds(10),
  delay: Duration.zero,
  allOrigins: false,
  robots: true,
};

/** Crawls to the end; the pages by their address, without the origin of the first one. */
export async function crawl(
  urls: string | readonly string[],
  options: Partial<Options> = {},
): Promise<Map<string, Page>> {
  const seeds = typeof urls === "string" ? [urls] : urls;
  const work = new Crawl(seeds, { ...defaults, ...options });
  await spawn(work.run());
  return byPath(work.result.pages, seeds[0] ?? "");
}

export function byPath(pages: readonly Page[], seed: string): Map<string, Page> {
  const origin = URL.parse(seed)?.origin ?? seed;
  return new Map(
    pages.map((page) => [
      page.url.startsWith(`${origin}/`) ? page.url.slice(origin.length) : page.url,
      page,
    ]),
  );
}
