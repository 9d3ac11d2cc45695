import type { Samples } from "../samples.ts";
import { asMarkdown } from "../table.ts";
import { figureOf, outcomes, titles, wording } from "./figures.ts";
import type { Plan } from "./plan.ts";
import { reasons } from "./reasons.ts";
import { type Goal, groupOf, type Ours, type Peer, peers, type Row } from "./rows.ts";

export const HEADING = "## fibril/process";

const ours: readonly Ours[] = ["node", "deno"];

/** The part of bench/README.md on processes. */
export function section(
  rows: readonly Row[],
  samples: Samples,
  plan: Plan,
  facts: readonly string[],
): string {
  return [
    `${HEADING}\n\n\`npm run bench:process\` measures it and writes this section.`,
    facts.map((fact) => `* ${fact}`).join("\n"),
    asMarkdown(tableRows(rows, samples)),
    missed(rows, samples),
    method(plan),
  ].join("\n\n");
}

export function tableRows(rows: readonly Row[], samples: Samples): readonly (readonly string[])[] {
  const head = ["", "fibril, Node", "fibril, Deno", "goal", ...peers.map((peer) => titles[peer])];
  const body = rows.map((row) => [
    row.name,
    ...ours.map((who) => ownCell(samples, row, who)),
    row.goals.map((goal) => goalCell(row, goal)).join(", "),
    ...peers.map((peer) => peerCell(samples, row, peer)),
  ]);
  return [head, ...body];
}

/** Its figure, and how many times each peer's that is, in the order of the goals; bold if that misses. */
function ownCell(samples: Samples, row: Row, who: Ours): string {
  const figure = figureOf(samples, row, who);
  if (figure === undefined) return "-";
  const found = outcomes(samples, row, who);
  const own = found.some(({ goal, isReached }) => goal.beside === undefined && !isReached)
    ? bold(figure)
    : figure;
  const ratios = found
    .filter(({ goal }) => goal.beside !== undefined)
    .map(({ isReached, text }) => (isReached ? text : bold(text)));
  return ratios.length === 0 ? own : `${own} (${ratios.join(", ")})`;
}

const bold = (text: string): string => `**${text}**`;

function goalCell(row: Row, goal: Goal): string {
  const { only } = goal;
  return only === undefined ? wording(row, goal) : `${wording(row, goal)} on ${titles[only]}`;
}

function peerCell(samples: Samples, row: Row, peer: Peer): string {
  return row.said?.[peer] ?? figureOf(samples, row, peer) ?? "-";
}

/** A line for each row of which a goal is missed, with the reason. */
export function missed(rows: readonly Row[], samples: Samples): string {
  const lines = rows.flatMap((row) => missedOf(samples, row));
  if (lines.length === 0) return "Every goal is reached.";
  return `Goals that are missed, and most likely why:\n\n${lines.map((line) => `* ${line}`).join("\n")}`;
}

function missedOf(samples: Samples, row: Row): readonly string[] {
  const failed = ours.flatMap((who) => {
    const short = outcomes(samples, row, who).filter(({ isReached }) => !isReached);
    const texts = short.map(({ goal, text }) => `${text} (${wording(row, goal)})`);
    return texts.length === 0 ? [] : [`${titles[who]} ${texts.join(", ")}`];
  });
  if (failed.length === 0) return [];
  const why = reasons[row.key] ?? reasons[groupOf(row)] ?? "Why is not known yet.";
  return [`${row.name}: ${failed.join("; ")}. ${why}`];
}

function method({ rounds, samples }: Plan): string {
  return `How it is measured:

* A figure in parentheses is how many times the peer's ours is, in the order of the goals; **bold** is what misses its goal.
* All programs are started in turn, ${rounds} rounds long, group by group, ${samples} timed runs of each row in every one after a shorter one that is not counted; a figure is the median of all of them. Everybody does the same work as often: \`rows.ts\` has the counts.
* Node runs the package as it is built, Deno its sources. Pools have two workers: processes, piscina's are threads; packages are used with the settings that they come with. Python starts its processes by \`fork\`, and by \`spawn\` in the rows on that.
* The way to another process is half of the way there and back. Before it is parked there are 2 ms of rest.
* The figures in the reasons are of short runs on Node, each of one thing by itself, some of them beside other work of the machine: they tell what is large and what is small.`;
}
