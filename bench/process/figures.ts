import type { Samples } from "../samples.ts";
import { format, short } from "../table.ts";
import type { Who } from "./plan.ts";
import { type Goal, isTime, type Ours, type Row } from "./rows.ts";

/** What became of a goal. */
export interface Outcome {
  readonly goal: Goal;
  readonly isReached: boolean;
  /** `2.3x`, or the figure if the goal is one by itself. */
  readonly text: string;
}

/** A median as it is written: `19.4 us`, `412 k/s`, `97 %`. */
export function figureOf(samples: Samples, { key, unit }: Row, who: Who): string | undefined {
  const value = samples.median(key, who);
  if (value === undefined) return undefined;
  if (unit === "ns") return format(value, unit);
  if (unit === "%") return `${short(value)} %`;
  const what = unit === "1/s" ? "/s" : "B/s";
  return value < 1e6 ? `${short(value / 1e3)} k${what}` : `${short(value / 1e6)} M${what}`;
}

/** Of the goals that hold on a runtime, those whose figures were measured. */
export function outcomes(samples: Samples, row: Row, who: Ours): readonly Outcome[] {
  return row.goals.flatMap((goal) => {
    const { beside, limit, only = who } = goal;
    const own = samples.median(row.key, who);
    const other = beside === undefined ? 1 : samples.median(row.key, beside);
    if (only !== who || own === undefined || other === undefined) return [];
    const ratio = own / other;
    const isReached = isTime(row) ? ratio <= limit : ratio >= limit;
    const text = beside === undefined ? (figureOf(samples, row, who) as string) : times(ratio);
    return [{ goal, isReached, text }];
  });
}

/** `>= 2x Python`, `<= 10 ms`. */
export function wording(row: Row, { limit, beside }: Goal): string {
  const bound = isTime(row) ? "<=" : ">=";
  if (beside !== undefined) return `${bound} ${limit}x ${titles[beside]}`;
  return `${bound} ${isTime(row) ? format(limit, "ns") : `${limit} ${row.unit}`}`;
}

/** Two digits after the point: 0.98 and 1.02 are not on the same side of a goal. */
function times(ratio: number): string {
  return ratio < 10 ? `${Number(ratio.toFixed(2))}x` : `${short(ratio)}x`;
}

export const titles: Readonly<Record<Who, string>> = {
  node: "Node",
  deno: "Deno",
  python: "Python",
  piscina: "piscina",
  tinypool: "tinypool",
  workerpool: "workerpool",
};
