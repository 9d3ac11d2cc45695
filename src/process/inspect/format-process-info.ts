import { formatRunInfo } from "../../inspect/format-run-info.ts";
import { showExitcode } from "../show-process.ts";
import { findCircles, type LockWait } from "./find-circles.ts";
import { formatParts, shown } from "./format-parts.ts";
import type { ProcessInfo } from "./info-types.ts";

/** How a `ProcessInfo` is written. */
export interface ProcessFormatOptions {
  /** Writes below each fiber the stack of its spawn, as far as it is the program's own. */
  readonly stacks?: boolean | undefined;
  /** How many fibers of a process at most; 1000 if absent. */
  readonly limit?: number | undefined;
}

/**
 * Processes as text: an indented tree, each one below the process that started it,
 * with its fibers and what they wait for, what it holds, and who waits for that.
 *
 * @param info what `processInfo` gave; one that was read back from JSON will do.
 * @throws RangeError for a limit that is no number above 0.
 * @example
 * ```ts
 * import { formatProcessInfo, processInfo } from "fibril/process";
 *
 * const info = await processInfo();
 * console.log(formatProcessInfo(info).startsWith("MainProcess (pid ")); // -> true
 * ```
 */
export function formatProcessInfo(info: ProcessInfo, options: ProcessFormatOptions = {}): string {
  checkFormat(options);
  return [...linesOf(info, options), ...findCircles(info).flatMap(circleLines)].join("\n");
}

/** @throws RangeError */
export function checkFormat({ limit = 1 }: ProcessFormatOptions): void {
  if (limit > 0) return;
  throw new RangeError(`Cannot format ${limit} fibers: pass a limit above 0`);
}

function linesOf(info: ProcessInfo, options: ProcessFormatOptions): string[] {
  const { children } = info;
  const bar = children.length > 0 ? "│  " : "   ";
  const parts = [...fibersOf(info, options), ...formatParts(info)].map((line) => `${bar}${line}`);
  const below = children.flatMap((child, index) => {
    const isLast = index === children.length - 1;
    const [head = "", ...rest] = linesOf(child, options);
    return [
      `${isLast ? "└─ " : "├─ "}${head}`,
      ...rest.map((line) => `${isLast ? "   " : "│  "}${line}`),
    ];
  });
  return [`${info.name} (pid ${info.pid})${standing(info)}`, ...parts, ...below].map((line) =>
    line.trimEnd(),
  );
}

/** What there is to say of it at once. */
function standing({ kind, status, daemon, exitcode, doing, run }: ProcessInfo): string {
  const known = kind === "main" || kind === "process" ? "" : `, ${kind}`;
  const what = daemon && kind === "process" ? ", daemon" : known;
  if (status === "ended") return `${what}: ended with ${showExitcode(exitcode ?? 0)}`;
  if (status === "silent")
    return `${what}: does not answer${doing === undefined ? "" : ` (${doing})`}`;
  if (status !== "running") return `${what}: ${status}`;
  return run === undefined && kind !== "spare" ? `${what}: no fibers` : what;
}

function circleLines(circle: readonly LockWait[]): string[] {
  return [
    "These wait for each other:",
    ...circle.map(({ process, fiber, lock }, index) => {
      const { fiber: next, process: other } = circle[(index + 1) % circle.length] as LockWait;
      return `   ${fiber.name} of ${shown(process)} for ${lock}, held by ${next.name} of ${shown(other)}`;
    }),
  ];
}

function fibersOf({ run }: ProcessInfo, options: ProcessFormatOptions): string[] {
  if (run === undefined) return [];
  const [summary = "", ...rows] = formatRunInfo({ ...options, info: run }).split("\n");
  return run.fibers.length === 0 ? [summary] : [summary, ...rows];
}
