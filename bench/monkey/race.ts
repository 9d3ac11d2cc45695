/**
 * Fetches one page many times over and prints a JSON line for each sample:
 * `race.ts <contestant> <samples> <fetches> <limit> <url>`. Started by plan.ts.
 */

import { spawn, until } from "fibril";
import { patchAll } from "fibril/monkey";
import { Pool } from "fibril/pool";

/** Fetches a page `count` times, at most `limit` of them at once. */
type Contestant = (url: string, count: number, limit: number) => PromiseLike<unknown>;

/** Knows nothing of fibers. */
async function fetchPage(url: string): Promise<number> {
  const response = await fetch(url);
  return (await response.text()).length;
}

function* fetchInFiber(url: string) {
  const response = yield* until(fetch(url));
  return (yield* until(response.text())).length;
}

const urls = (url: string, count: number): string[] => Array.from({ length: count }, () => url);

const contestants: Readonly<Record<string, Contestant>> = {
  fibers: (url, count, limit) => spawn(() => new Pool(limit).map(fetchInFiber, urls(url, count))),
  "async-fibers": (url, count, limit) =>
    spawn(() => new Pool(limit).map(fetchPage, urls(url, count))),
  workers: fetchByWorkers,
  limiter: fetchByLimiter,
};

/** The least that a program without fibers can do: each worker takes the next page until none is left. */
async function fetchByWorkers(url: string, count: number, limit: number): Promise<number[]> {
  const pages = urls(url, count);
  const sizes: number[] = [];
  let next = 0;
  async function work(): Promise<void> {
    while (next < pages.length) {
      const at = next++;
      sizes[at] = await fetchPage(pages[at] as string);
    }
  }
  await Promise.all(Array.from({ length: limit }, work));
  return sizes;
}

/** As the packages for it do: a function that calls another one once there is room. */
function fetchByLimiter(url: string, count: number, limit: number): Promise<number[]> {
  const waiting: (() => void)[] = [];
  let running = 0;
  async function limited(page: string): Promise<number> {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    try {
      return await fetchPage(page);
    } finally {
      running--;
      waiting.shift()?.();
    }
  }
  return Promise.all(urls(url, count).map(limited));
}

const [name = "", samples, fetches, limit, url = ""] = process.argv.slice(2);
const contestant = contestants[name] as Contestant;
const count = Number(fetches);
if (name.endsWith("fibers")) patchAll();
// Connections are open and code is compiled.
await contestant(url, count / 5, Number(limit));
for (let i = 0; i < Number(samples); i++) {
  const started = performance.now();
  const before = process.cpuUsage();
  await contestant(url, count, Number(limit));
  const { user, system } = process.cpuUsage(before);
  report("race", ((performance.now() - started) * 1e6) / count);
  report("race-cpu", ((user + system) * 1e3) / count);
}
process.exit(0);

function report(key: string, value: number): void {
  console.log(JSON.stringify({ key, value }));
}
