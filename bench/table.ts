import type { Case } from "./case.ts";
import type { Samples } from "./samples.ts";

/** A column of a table: where its samples are, and its title. */
export interface Column {
  readonly id: string;
  readonly title: string;
}

/**
 * Rows of cells, the first one being the titles: ours, the goal, and each peer's figure with how
 * many times ours it is.
 */
export function tableOf(
  cases: readonly Case[],
  ours: Column,
  peers: readonly Column[],
  samples: Samples,
): readonly (readonly string[])[] {
  const measured = peers.filter((peer) => cases.some(({ key }) => samples.median(key, peer.id)));
  const titles = ["", ours.title, "goal", ...measured.map((peer) => `${peer.title} (x ours)`)];
  const rows = cases.map((each) => {
    const own = samples.median(each.key, ours.id);
    return [
      each.name,
      own === undefined ? "not built yet" : format(own, each.unit),
      each.goal === undefined ? "" : `<= ${format(each.goal, each.unit)}`,
      ...measured.map((peer) => compared(samples.median(each.key, peer.id), own, each.unit)),
    ];
  });
  return [titles, ...rows];
}

function compared(value: number | undefined, own: number | undefined, unit: Case["unit"]): string {
  if (value === undefined) return "-";
  const figure = format(value, unit);
  return own === undefined ? figure : `${figure} (${short(value / own)})`;
}

/** `39 ns`, `1.46 us`, `2.1 ms`, `270 B`. */
export function format(value: number, unit: Case["unit"]): string {
  if (unit === "B" || value < 1000) return `${short(value)} ${unit}`;
  if (value < 1e6) return `${short(value / 1e3)} us`;
  return `${short(value / 1e6)} ms`;
}

/** Three digits are more than the noise leaves. */
export function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : `${Number(value.toPrecision(value < 10 ? 2 : 3))}`;
}

/** For a terminal: columns of even width. */
export function asText(rows: readonly (readonly string[])[]): string {
  const widths = widthsOf(rows);
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join("  ");
  return rows.map(line).join("\n");
}

export function asMarkdown(rows: readonly (readonly string[])[]): string {
  const [titles = [], ...body] = rows;
  const rule = titles.map((_, i) => (i === 0 ? "---" : "---:"));
  return [titles, rule, ...body].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function widthsOf(rows: readonly (readonly string[])[]): readonly number[] {
  const columns = rows[0]?.length ?? 0;
  return Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]!.length)));
}
