import { until } from "fibril";
import type { Options } from "./options.ts";
import { nothing } from "./progress.ts";
import { crawlAndReport, type Wishes } from "./session.ts";
import { startSite } from "./site.ts";

/** Crawls a local site twice, one page at a time and then many, and compares the times. */
export function* demo(options: Options, wishes: Wishes) {
  const site = yield* until(startSite());
  try {
    if (!wishes.quiet) {
      console.log(`${site.url}: first one page at a time, then ${options.concurrency}`);
    }
    const one = { ...options, concurrency: 1 };
    const before = yield* crawlAndReport([site.url], one, wishes, nothing, "summary");
    const after = yield* crawlAndReport([site.url], options, wishes, nothing);
    const [slow, fast] = [before.seconds, after.seconds];
    const ratio = (slow / fast).toFixed(1);
    console.log(`${slow.toFixed(2)} s / ${fast.toFixed(2)} s: ${ratio} times as fast`);
  } finally {
    yield* until(site.close());
  }
}
