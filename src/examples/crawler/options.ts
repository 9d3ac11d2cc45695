import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { Argument, Flag } from "effect/cli";
import * as Duration from "effect/Duration";
import * as Option from "effect/Option";
import { canWrite } from "./output.ts";

/** What a crawl needs to know, apart from where to start. */
export interface Options {
  readonly concurrency: number;
  /** How many links to go from the given addresses. */
  readonly depth: number;
  readonly maxPages: number;
  readonly maxBytes: number;
  /** For one attempt at one address, its body included. */
  readonly timeout: Duration.Duration;
  /** The least time between the starts of two requests to one host. */
  readonly delay: Duration.Duration;
  readonly allOrigins: boolean;
  /** False: what robots are asked to leave alone is fetched all the same. */
  readonly robots: boolean;
}

/** The command line, as `Command.make` wants it. */
export const parameters = {
  urls: Argument.String("url").pipe(
    Argument.withDescription("Where to start. Without one, a local site is crawled for a show"),
    Argument.variadic(),
  ),
  concurrency: integer("concurrency", 1, "Pages fetched at the same time (default: 10)").pipe(
    Flag.withDefault(10),
  ),
  depth: integer("depth", 0, "How many links to go from the given URLs (default: all)").pipe(
    Flag.withDefault(Number.POSITIVE_INFINITY),
  ),
  maxPages: integer("max-pages", 1, "How many pages to fetch (default: all)").pipe(
    Flag.withDefault(Number.POSITIVE_INFINITY),
  ),
  maxBytes: integer("max-bytes", 1, "How much to read of one page (default: 16 MiB)").pipe(
    Flag.withDefault(16 * 1024 * 1024),
  ),
  timeout: duration("timeout", "For one attempt, body included (default: 10 seconds)").pipe(
    Flag.filter(
      (timeout) => Duration.isGreaterThan(timeout, Duration.zero),
      () => "more than 0, or no page could ever arrive",
    ),
    // The show has a default of its own.
    Flag.optional,
  ),
  delay: duration("delay", "Least time between requests to one host (default: 0)").pipe(
    Flag.filter(Duration.isFinite, () => "a time that ends"),
    Flag.withDefault(Duration.zero),
  ),
  allOrigins: toggle("all-origins", "Follow links to any other host, port and scheme too"),
  robots: toggle("no-robots", "Ignore robots.txt, Crawl-delay and nofollow").pipe(
    Flag.map((ignored) => !ignored),
  ),
  output: Flag.String("output").pipe(
    Flag.withDescription("Write the pages to this file, .json or .csv"),
    Flag.filter(canWrite, () => "a file name that ends in .json or .csv"),
    // Better now than after an hour of crawling.
    Flag.filter(
      (path) => existsSync(dirname(path)),
      (path) => `a file in a directory that exists; create "${dirname(path)}" first`,
    ),
    Flag.optional,
  ),
  quiet: toggle("quiet", "Print failures and the last line only"),
};

function integer(name: string, least: number, description: string): Flag.Flag<number> {
  return Flag.Int(name).pipe(
    Flag.withDescription(description),
    Flag.filter(
      (value) => value >= least,
      () => `an integer >= ${least}`,
    ),
  );
}

function duration(name: string, description: string): Flag.Flag<Duration.Duration> {
  return Flag.String(name).pipe(
    Flag.withDescription(description),
    Flag.withMetavar("duration"),
    Flag.filterMap(
      readDuration,
      () => 'milliseconds (500), or a number and a unit ("500 millis", "2 seconds", "1 minute")',
    ),
  );
}

function toggle(name: string, description: string): Flag.Flag<boolean> {
  return Flag.Boolean(name).pipe(
    Flag.withDescription(description),
    Flag.withoutNegation,
    Flag.withDefault(false),
  );
}

/** As everywhere in fibril, a bare number means milliseconds. */
export function readDuration(text: string): Option.Option<Duration.Duration> {
  const input = /^\d+(\.\d+)?$/.test(text) ? Number(text) : (text as Duration.Input);
  return Option.filter(Duration.fromInput(input), (value) => !Duration.isNegative(value));
}
