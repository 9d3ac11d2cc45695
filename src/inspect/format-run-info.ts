import { placeOf } from "../fiber/site.ts";
import { isOwn } from "./call-site.ts";
import { type FiberInfo, type RunInfo, runInfo } from "./run-info.ts";

/** How a `RunInfo` is written. */
export interface FormatOptions {
  /** What to write; as it is now if absent. One that was read back from JSON will do. */
  readonly info?: RunInfo | undefined;
  /** Writes below each fiber the stack of its spawn, as far as it is the program's own. */
  readonly stacks?: boolean | undefined;
  /** How many fibers at most; 1000 if absent. */
  readonly limit?: number | undefined;
}

const DEFAULT_LIMIT = 1000;

/**
 * The live fibers as text: an indented tree, each one below the fiber that
 * spawned it, with what it waits for, its age and where it was spawned.
 *
 * gevent: `gevent.util.format_run_info()`.
 *
 * @throws RangeError for a limit that is no number above 0.
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { formatRunInfo } from "fibril/inspect";
 *
 * spawn(function* main() {
 *   spawn({ name: "nap" }, () => sleep(5));
 *   yield* sleep();
 *   console.log(formatRunInfo().includes("└─ nap #2  sleep(5ms)")); // -> true
 * });
 * ```
 */
export function formatRunInfo(options: FormatOptions = {}): string {
  const { info = runInfo(), limit = DEFAULT_LIMIT } = options;
  if (!(limit > 0)) throw new RangeError(`Cannot format ${limit} fibers: pass a limit above 0`);
  const all = inTree(info.fibers);
  const shown = all.slice(0, limit);
  const [header = "", ...rows] = align([HEADER, ...shown.map(rowOf)]);
  const stacks = options.stacks === true ? shown.map(stackOf) : [];
  const lines = [header, ...rows.flatMap((row, index) => [row, ...(stacks[index] ?? [])])];
  if (all.length > limit) lines.push(`… and ${all.length - limit} more`);
  return [summary(info), ...lines.map((line) => `  ${line}`)].join("\n");
}

function summary({ fibers, ready, timers, turns, spawned, runtime, pid }: RunInfo): string {
  const live = fibers.filter((fiber) => !fiber.guest && !hasEnded(fiber)).length;
  const loop = `ready tasks: ${ready}, timers: ${timers}, turn ${turns}`;
  return `${runtime} ${pid}: ${live} of ${spawned} fibers live, ${loop}`;
}

interface Placed {
  readonly fiber: FiberInfo;
  /** What stands before its name. */
  readonly indent: string;
  /** What stands before its children's. */
  readonly below: string;
}

/** Parents before children, in the order in which they were spawned. */
function inTree(fibers: readonly FiberInfo[]): Placed[] {
  const known = new Set(fibers.map(({ id }) => id));
  const children = Map.groupBy(fibers, ({ parent }) =>
    parent !== undefined && known.has(parent) ? parent : undefined,
  );
  const placed: Placed[] = [];
  // A stack, since a chain of spawners may be longer than the call stack.
  const rest: Placed[] = (children.get(undefined) ?? []).map(asRoot).reverse();
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    placed.push(next);
    const { below } = next;
    const those = [...(children.get(next.fiber.id) ?? [])].reverse();
    for (const fiber of those) rest.push(asChild(fiber, below, fiber === those[0]));
  }
  return placed;
}

function asRoot(fiber: FiberInfo): Placed {
  return { fiber, indent: "", below: "" };
}

function asChild(fiber: FiberInfo, before: string, isLast: boolean): Placed {
  return {
    fiber,
    indent: `${before}${isLast ? "└─ " : "├─ "}`,
    below: `${before}${isLast ? "   " : "│  "}`,
  };
}

function stackOf({ fiber, below }: Placed): string[] {
  return fiber.spawningStack.filter(isOwn).map((frame) => `${below}     ${frame}`);
}

/** A cell for each column of the header; a column in which nobody has anything is left out. */
type Row = readonly string[];

const HEADER: Row = ["fiber", "waits for", "age", "ran for", "spawned at"];

function rowOf({ fiber, indent }: Placed): Row {
  const { age, busy } = fiber;
  return [`${indent}${titleOf(fiber)}`, doing(fiber), span(age), span(busy), spawnedAt(fiber)];
}

/** The program's own line, where fibril itself spawned the fiber: that of a server's start, say. */
function spawnedAt({ spawnSite = "", spawningStack }: FiberInfo): string {
  const frame = spawningStack.find(isOwn);
  if (frame !== undefined) return placeOf(frame);
  return spawningStack.length > 0 ? "" : spawnSite;
}

function titleOf({ id, name, daemon, guest, parent }: FiberInfo): string {
  // The default name ends with the id.
  const isNamed = !guest && !name.endsWith(`-${id}`);
  const title = isNamed ? `${name} #${id}` : name;
  if (guest && parent !== undefined) return `${title} (await)`;
  return daemon ? `${title} (daemon)` : title;
}

function doing(fiber: FiberInfo): string {
  const { status, parkReason, parkSite, holders } = fiber;
  if (hasEnded(fiber)) return `(ended: ${status})`;
  if (parkReason === undefined) return status === "suspended" ? "(ready)" : `(${status})`;
  const unnamed = holders.filter((holder) => !parkReason.includes(holder));
  const held = unnamed.length > 0 ? `, held by ${unnamed.join(", ")}` : "";
  const where = parkSite === undefined ? "" : ` at ${parkSite}`;
  return `${parkReason}${held}${where}`;
}

function hasEnded({ status }: FiberInfo): boolean {
  return status === "success" || status === "failure" || status === "killed";
}

function span(millis: number | undefined): string {
  if (millis === undefined) return "";
  if (millis < 1000) return `${millis < 10 ? millis.toFixed(1) : Math.round(millis)}ms`;
  const seconds = millis / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${Math.floor(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}

function align(table: readonly Row[]): string[] {
  const [header = [], ...rows] = table;
  const used = header.flatMap((_, column) => (rows.some((row) => row[column]) ? [column] : []));
  const widths = used.map((column) =>
    table.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0),
  );
  return table.map((row) =>
    used
      .map((column, index) => (row[column] ?? "").padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
