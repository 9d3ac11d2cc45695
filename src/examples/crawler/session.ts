import { until } from "fibril";
import { Crawl } from "./crawl.ts";
import type { Options } from "./options.ts";
import { writeOutput } from "./output.ts";
import { bar, failuresOnly, type Progress } from "./progress.ts";
import { failures, summary, table } from "./report.ts";

/** What the user wants to see and to keep of a crawl. */
export interface Wishes {
  readonly quiet: boolean;
  readonly output: string | undefined;
}

/**
 * Crawls and reports. A kill (Ctrl-C) is thrown at the `yield*` like an error, so that what was
 * done by then is reported and written too. `part` "summary" prints one line if all goes well.
 */
export function* crawlAndReport(
  urls: readonly string[],
  options: Options,
  { quiet, output }: Wishes,
  offTerminal: Progress,
  part: "all" | "summary" = "all",
) {
  const onTerminal = process.stdout.isTTY === true && !quiet;
  const progress = onTerminal ? bar() : quiet ? failuresOnly : offTerminal;
  const crawl = new Crawl(urls, options, progress.page);
  let stopped = true;
  try {
    yield* crawl.run();
    stopped = false;
  } finally {
    progress.end();
    const { result } = crawl;
    const all = part === "all" || stopped;
    if (all && onTerminal) for (const text of failures(result.pages)) console.log(text);
    if (all && !quiet) console.log(`\n${table(result.pages)}\n`);
    if (all && output !== undefined) yield* until(writeOutput(output, result));
    console.log(`${stopped ? "Stopped: " : ""}${summary(result)}`);
  }
  return crawl.result;
}
