import type { Case } from "./case.ts";
import { missed } from "./goals.ts";
import { versionOf } from "./installed.ts";
import { machine, today } from "./machine.ts";
import type { Options } from "./options.ts";
import type { Peer } from "./peers.ts";
import { columnOf } from "./plan.ts";
import type { Runtime } from "./runtimes.ts";
import type { Samples } from "./samples.ts";
import { asMarkdown, type Column, tableOf } from "./table.ts";

/** The parts of a report on a full run. */
export interface Report {
  readonly options: Options;
  readonly cases: readonly Case[];
  readonly runtimes: readonly Runtime[];
  readonly peers: readonly Peer[];
  readonly samples: Samples;
  /** The section on patched calls. */
  readonly patched: string;
  /** The one on processes as it was, or nothing. */
  readonly processes: string;
}

/** The text of bench/README.md. */
export function readme(report: Report): string {
  const sections = report.runtimes.map((runtime, i) => section(report, runtime, i === 0));
  const parts = [head(report), ...sections, report.patched, report.processes, how(report)];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function head({ runtimes, peers }: Report): string {
  const versions = [
    ...runtimes.map(({ title, version }) => `${title} ${version}`),
    `Effect ${versionOf("effect")}`,
    ...peers.map(({ name, version }) => `${name} ${version ?? "not installed"}`),
  ];
  return `# Benchmarks

\`\`\`sh
npm run bench
\`\`\`

writes this file; it takes minutes. \`npm run bench -- --quick\` prints a table after seconds and fails only if a case misses its goal five times over.

* Machine: ${machine()}
* Versions: ${versions.join(", ")}
* Date: ${today()}

A peer's figure is followed by how many times ours it is: above 1 fibril is faster, or smaller.`;
}

function section(report: Report, runtime: Runtime, withPeers: boolean): string {
  const ours: Column = { id: columnOf("fibril", runtime.name), title: "fibril" };
  const beside: Column[] = [
    { id: columnOf("effect", runtime.name), title: "Effect" },
    { id: columnOf("promise", runtime.name), title: "promises" },
    ...(withPeers ? report.peers.map(({ name }) => ({ id: name, title: name })) : []),
  ];
  const table = asMarkdown(tableOf(report.cases, ours, beside, report.samples));
  return `## ${runtime.title} ${runtime.version}\n\n${table}${withPeers ? goals(report) : ""}`;
}

function goals({ cases, samples }: Report): string {
  const lines = missed(cases, samples, 1);
  if (lines.length === 0) return "\n\nEvery goal is reached.";
  return `\n\nGoals that are missed:\n\n${lines.map((line) => `* ${line}`).join("\n")}`;
}

function how({ options }: Report): string {
  return `## Method

* \`cases/\` holds the workloads, each written for fibril, for stock Effect with its own scheduler, and for plain promises where they can do it; \`peers/\` holds the same ones for gevent, greenlet and Go (one processor, as JavaScript has: \`GOMAXPROCS=1\`).
* Every side runs in a process of its own on every runtime, so that one's heap and compiled code don't disturb the other. All programs are started in turn, ${options.rounds} rounds long, ${options.samples} timed runs a case in each after two or three that are not counted; a figure is the median of all of them.
* A time is that of the whole workload, by mitata's \`measure\`, divided by its operations. No collection is forced in between: what a workload leaves behind it pays for itself.
* The sleepers wait for 1 to 100 ms, so 100 ms of the wall time are no work: 1.0 us a sleeper. The row below counts the CPU time of the whole process instead.
* Heap is what \`process.memoryUsage().heapUsed\` grows by after a full collection, for 100,000 fibers; of gevent it is the resident memory, of Go heap and stacks.
* An import is timed once a round in a new process, of the package as it is built (\`npm run build\` before).
* A machine with other work to do makes all figures larger; the ratios stay.`;
}
