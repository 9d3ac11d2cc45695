import type { Runtime } from "../runtimes.ts";
import type { Samples } from "../samples.ts";
import { asMarkdown, format } from "../table.ts";
import { calls } from "./calls.ts";
import { clients, columnOf, contestants, FETCHES, LIMIT } from "./plan.ts";

export const HEADING = "## fibril/monkey";

/** By how much a call may become dearer: nanoseconds or a share of it outside of fibers, nanoseconds in one. */
const OUTSIDE = { ns: 200, share: 0.05 };
const IN_FIBER = 1500;

/** The part of bench/README.md on patched calls. */
export function section(runtimes: readonly Runtime[], samples: Samples, date: string): string {
  const costs = runtimes.map(
    ({ name, title, version }) =>
      `### ${title} ${version}\n\n${asMarkdown(costRows(name, samples))}`,
  );
  return [
    `${HEADING}\n\n\`npm run bench -- --only=monkey\` measures it and writes this section. Date: ${date}`,
    ...costs,
    `### ${FETCHES.toLocaleString("en")} fetches, ${LIMIT} at once\n\n${asMarkdown(raceRows(runtimes, samples))}`,
    METHOD,
  ].join("\n\n");
}

export function costRows(runtime: string, samples: Samples): readonly (readonly string[])[] {
  const titles = [
    "a call",
    "unpatched",
    "patched, no fiber",
    "goal",
    "patched, in a fiber",
    "goal",
  ];
  const rows = calls.map(({ key, name }) => {
    const of = (what: string) => samples.median(`${key}/${what}`, runtime) ?? Number.NaN;
    const plain = of("plain");
    const goal = Math.max(OUTSIDE.ns, plain * OUTSIDE.share);
    return [
      name,
      format(plain, "ns"),
      added(of("outside"), goal),
      `<= ${format(goal, "ns")}`,
      added(of("fiber"), IN_FIBER),
      `<= ${format(IN_FIBER, "ns")}`,
    ];
  });
  return [titles, ...rows];
}

/** What is missed stands out. */
function added(value: number, goal: number): string {
  const text = value < 0 ? "+0" : `+${format(value, "ns")}`;
  return value > goal ? `**${text}**` : text;
}

const NAMES: Readonly<Record<(typeof contestants)[number], string>> = {
  fibers: "a fiber each in a `Pool`, `yield*`",
  "async-fibers": "a fiber each in a `Pool`, async functions that know of none",
  workers: "promises: as many loops as pages at once",
  limiter: "promises: a limiter",
};

export function raceRows(
  runtimes: readonly Runtime[],
  samples: Samples,
): readonly (readonly string[])[] {
  const titles = ["a fetch", "wall", "x workers", "CPU", "x workers"];
  const row = (name: string, column: string, base: string) => [
    name,
    ...["race", "race-cpu"].flatMap((key) => {
      const value = samples.median(key, column) ?? Number.NaN;
      const best = samples.median(key, base) ?? Number.NaN;
      return [format(value, "ns"), (value / best).toFixed(2)];
    }),
  ];
  const ours = runtimes.flatMap(({ name, title }) =>
    contestants.map((who) =>
      row(`${title}, ${NAMES[who]}`, columnOf(who, name), columnOf("workers", name)),
    ),
  );
  const [first] = runtimes;
  const base = columnOf("workers", first?.name ?? "");
  const peers = clients
    .filter((client) => samples.median("race", client) !== undefined)
    .map((client) => row(`gevent with ${client}`, client, base));
  return [titles, ...ours, ...peers];
}

const METHOD = `* A cost is the difference in CPU time of the process, its collector included, between the patched function and the host's own, which one process calls in turn; the median of all rounds. What misses its goal is **bold**.
* Most of the cost in a fiber is V8's to say who called: what a package begins is not the fiber's. That takes one stack frame, 1 us on Node and 2 us and more on Deno, where no error is cheaper.
* The server of the race is a process of its own. Each contestant is one as well; all of them are started in turn. gevent's ratios are those to the workers of the first runtime.`;
