// S4-22: the crawler on all cores: N processes, M fibers in each; one list of what was seen.
import { joinAll, spawn, until } from "fibril";
import { cpuCount, JoinableQueue, Process, Queue } from "fibril/process";
import { readHtml } from "./crawler/links.ts";
import { startSite } from "./crawler/site.ts";

const FIBERS = 10;
interface Page {
  readonly worker: string;
  readonly bytes: number;
  readonly links: readonly string[];
}

export function* worker(name: string, urls: JoinableQueue<string>, pages: Queue<Page>) {
  const fibers = Array.from({ length: FIBERS }, () => spawn(crawl, name, urls, pages));
  yield* joinAll(fibers);
}

function* crawl(name: string, urls: JoinableQueue<string>, pages: Queue<Page>) {
  for (;;) {
    const url = yield* urls.get();
    const page = yield* until(read(url).catch(() => ({ bytes: 0, links: [] })));
    yield* pages.put({ worker: name, ...page });
    urls.taskDone();
  }
}

async function read(url: string) {
  const response = await fetch(url, { signal: AbortSignal.timeout(3000) });
  const isHtml = response.headers.get("content-type")?.startsWith("text/html") === true;
  const text = isHtml ? await response.text() : "";
  return { bytes: text.length, links: readHtml(text, response.url).links.map(({ url }) => url) };
}

if (import.meta.main) {
  const site = await startSite();
  const [urls, pages] = [new JoinableQueue<string>(), new Queue<Page>()];
  const names = Array.from({ length: Math.min(4, cpuCount()) }, (_, i) => `process ${i + 1}`);
  for (const name of names) {
    new Process({ name, target: worker, args: [name, urls, pages], daemon: true }).start();
  }

  const seen = new Set([site.url]);
  const busy = new Set<string>();
  let [waiting, bytes] = [1, 0];
  for (await urls.put(site.url); waiting > 0; waiting--) {
    const page = await pages.get();
    busy.add(page.worker);
    bytes += page.bytes;
    for (const url of page.links.filter((link) => link.startsWith(site.url) && !seen.has(link))) {
      seen.add(url);
      waiting++;
      await urls.put(url);
    }
  }
  console.log(`${seen.size} pages`, bytes > 100_000);
  console.log("every process took part:", busy.size === names.length);
  await site.close();
}
