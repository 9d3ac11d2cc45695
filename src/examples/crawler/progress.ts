import { SingleBar } from "cli-progress";
import type { Tell } from "./frontier.ts";
import { isFailure } from "./page.ts";
import { line } from "./report.ts";

/** Shows how a crawl goes, page by page. */
export interface Progress {
  readonly page: Tell;
  end(): void;
}

/** A line for each page, for logs and pipes. */
export const lines: Progress = { page: (page) => console.log(line(page)), end() {} };

export const failuresOnly: Progress = {
  page: (page) => {
    if (isFailure(page)) console.log(line(page));
  },
  end() {},
};

export const nothing: Progress = { page() {}, end() {} };

/** One line at the bottom of a terminal, which is drawn again and again. */
export function bar(): Progress {
  const display = new SingleBar({
    format: "{bar} {value}/{total}  {duration_formatted}  {url}",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 30,
    stream: process.stdout,
    hideCursor: true,
    emptyOnZero: true,
    clearOnComplete: true,
    // Ctrl-C is not the bar's business: it kills the fiber that ends this bar in its `finally`.
    gracefulExit: false,
  });
  let done = 0;
  display.start(0, 0, { url: "" });
  return {
    page: ({ url }, expected) => {
      done++;
      // Refused addresses are done without having been expected.
      display.setTotal(Math.max(expected, done));
      display.update(done, { url });
    },
    end: () => display.stop(),
  };
}
