import Table from "cli-table3";
import type { Result } from "./output.ts";
import { isFailure, kindOf, type Page } from "./page.ts";

/** Columns without lines between them: they read well in a terminal, a log and a mail. */
const BARE = Object.fromEntries(
  [
    ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left"],
    ...["bottom-right", "left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"],
  ].map((place) => [place, ""]),
);

/** How the pages went: a row for each status and each kind of error. */
export function table(pages: readonly Page[]): string {
  const grid = new Table({
    head: ["status", "pages", "bytes", "mean ms", "95% within ms"],
    colAligns: ["left", "right", "right", "right", "right"],
    chars: BARE,
    style: { head: [], "padding-left": 0, "padding-right": 3 },
  });
  const groups = Map.groupBy(pages, kindOf);
  // Numbers come before letters, so the statuses come first.
  const rows = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [kind, alike] of rows) grid.push([kind, ...figures(alike)]);
  grid.push(["all", ...figures(pages)]);
  return grid.toString().replace(/ +$/gm, "");
}

function figures(pages: readonly Page[]): string[] {
  const times = pages.map((page) => page.milliseconds).sort((a, b) => a - b);
  const bytes = pages.reduce((sum, page) => sum + page.bytes, 0);
  const mean = times.reduce((sum, time) => sum + time, 0) / Math.max(1, times.length);
  const p95 = times[Math.ceil(times.length * 0.95) - 1] ?? 0;
  return [pages.length, bytes, Math.round(mean), Math.round(p95)].map((figure) =>
    figure.toLocaleString("en"),
  );
}

/** One page, one line. */
export function line(page: Page): string {
  const time = `${page.milliseconds} ms`;
  const details = page.error ?? (page.redirectedTo === undefined ? "" : `-> ${page.redirectedTo}`);
  const status = String(page.status ?? "-");
  return `${status.padStart(3)} ${time.padStart(9)}  ${page.url}${details === "" ? "" : `  ${details}`}`;
}

/** The failures of a crawl that showed a bar in place of its lines; a long list helps nobody. */
export function failures(pages: readonly Page[], most = 20): string[] {
  const failed = pages.filter(isFailure);
  const rest = failed.length - most;
  return [
    ...failed.slice(0, most).map(line),
    ...(rest > 0 ? [`… and ${rest} more: --output writes them all to a file`] : []),
  ];
}

export function summary({ seconds, concurrency, pages }: Result): string {
  const [count, failed] = [pages.length, pages.filter(isFailure).length];
  const trouble = failed === 0 ? "" : `, ${failed} of them failed`;
  return `${count} ${count === 1 ? "page" : "pages"} in ${seconds.toFixed(2)} s, ${concurrency} at a time${trouble}`;
}
