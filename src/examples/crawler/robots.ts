import * as Duration from "effect/Duration";
import { type Fiber, spawn } from "fibril";
import robotsParser from "robots-parser";
import { download, USER_AGENT } from "./download.ts";
import type { Options } from "./options.ts";
import type { Pace } from "./pace.ts";

/** What an origin asks of robots. */
export interface Rules {
  /** Why this address is to be left alone; undefined if it may be fetched. */
  refusal(url: string): string | undefined;
  /** Crawl-delay, in ms. */
  readonly gap: number;
}

/** What is used of robots-parser, whose own types take it for an ES module. */
type Parse = (url: string, text: string) => Parsed;

interface Parsed {
  isDisallowed(url: string, userAgent: string): boolean | undefined;
  getCrawlDelay(userAgent: string): number | undefined;
}

const NO_RULES: Rules = { refusal: () => undefined, gap: 0 };

/** Owns the rules of all origins; each robots.txt is fetched once, by a fiber that all may join. */
export class Robots {
  readonly #options: Options;
  readonly #pace: Pace;
  readonly #rules = new Map<string, Fiber<Rules, unknown>>();

  constructor(options: Options, pace: Pace) {
    this.#options = options;
    this.#pace = pace;
  }

  *rules(url: string) {
    if (!this.#options.robots) return NO_RULES;
    const { origin } = new URL(url);
    let rules = this.#rules.get(origin);
    if (rules === undefined) {
      rules = spawn(
        { name: `robots.txt of ${origin}` },
        fetchRules,
        origin,
        this.#options,
        this.#pace,
      );
      this.#rules.set(origin, rules);
    }
    return yield* rules;
  }

  /** The fibers that may still be at work. */
  get fibers(): Fiber<Rules, unknown>[] {
    return [...this.#rules.values()];
  }
}

/** RFC 9309: no robots.txt, no rules; a server in trouble is left alone. */
function* fetchRules(origin: string, options: Options, pace: Pace) {
  const url = `${origin}/robots.txt`;
  const gap = Duration.toMillis(options.delay);
  const request = { url, redirect: "follow", gap, reads: () => true } as const;
  const { status, body } = yield* download(request, options, pace);
  // The host can't be reached: its pages will say so themselves.
  if (status === null) return NO_RULES;
  if (status >= 500) return { refusal: () => `robots: ${url} answered ${status}`, gap: 0 };
  if (status >= 400 || body === undefined) return NO_RULES;
  return parseRules(url, new TextDecoder().decode(body));
}

export function parseRules(url: string, text: string): Rules {
  const robots = (robotsParser as unknown as Parse)(url, text);
  const delay = robots.getCrawlDelay(USER_AGENT) ?? 0;
  return {
    refusal: (page) =>
      robots.isDisallowed(page, USER_AGENT) === true ? `robots: disallowed by ${url}` : undefined,
    gap: Number.isFinite(delay) ? delay * 1000 : 0,
  };
}
