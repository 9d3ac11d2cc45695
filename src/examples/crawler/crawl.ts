import * as Duration from "effect/Duration";
import { joinAll, killAll, spawn } from "fibril";
import { type Address, readSeed } from "./address.ts";
import { readContentType } from "./content-type.ts";
import { download } from "./download.ts";
import { follow } from "./follow.ts";
import { Frontier, type Tell } from "./frontier.ts";
import type { Options } from "./options.ts";
import type { Result } from "./output.ts";
import { Pace } from "./pace.ts";
import { Robots } from "./robots.ts";
import { type Target, unfetched } from "./target.ts";

/** One crawl: what its workers share. The `result` can be read at any time, also after a kill. */
export class Crawl {
  readonly options: Options;
  readonly frontier: Frontier;
  readonly pace: Pace = new Pace();
  readonly robots: Robots;
  readonly #origins: ReadonlySet<string>;
  #start = 0;
  #end: number | undefined;

  constructor(urls: readonly string[], options: Options, tell: Tell = () => {}) {
    this.options = options;
    this.frontier = new Frontier(options, tell);
    this.robots = new Robots(options, this.pace);
    const seeds = urls.map(readSeed);
    this.#origins = new Set(seeds.map(({ url }) => originOf(url)));
    for (const seed of seeds) this.frontier.start(seed);
  }

  *run() {
    this.#start = performance.now();
    const workers = Array.from({ length: this.options.concurrency }, (_, index) =>
      spawn({ name: `crawler ${index + 1}` }, worker, this),
    );
    try {
      yield* joinAll(workers);
    } finally {
      this.#end = performance.now();
      // Fibers outlive their spawner: when this one is killed, they must not go on.
      yield* killAll([...workers, ...this.robots.fibers]);
    }
  }

  get result(): Result {
    const seconds = Math.round((this.#end ?? performance.now()) - this.#start) / 1000;
    return { seconds, concurrency: this.options.concurrency, pages: this.frontier.pages };
  }

  inScope(address: Address): boolean {
    return this.options.allOrigins || this.#origins.has(originOf(address.url));
  }
}

/** Takes one target after the other, until there is none left and no other worker can find more. */
function* worker(crawl: Crawl) {
  for (;;) {
    const target = yield* crawl.frontier.take();
    if (target === undefined) return;
    yield* visit(crawl, target);
  }
}

function* visit(crawl: Crawl, target: Target) {
  const { frontier, options, pace, robots } = crawl;
  const rules = yield* robots.rules(target.url);
  const refusal = rules.refusal(target.url);
  if (refusal !== undefined) return frontier.decline(target, unfetched(refusal));
  const gap = Math.max(Duration.toMillis(options.delay), rules.gap);
  const request = { url: target.url, redirect: "manual", gap, reads: isHtml } as const;
  const answer = yield* download(request, options, pace);
  // `follow` comes first: to `finish` without anything new to do may be the end of the crawl.
  frontier.finish(target, follow(crawl, target, answer));
}

function isHtml(contentType: string | null): boolean {
  return readContentType(contentType).syntax !== undefined;
}

function originOf(url: string): string {
  return URL.parse(url)?.origin ?? "";
}
