import type { Park, Parked } from "./park.ts";

/**
 * Thrown into fibers that can never go on: everything is parked and nothing
 * outside could wake it, or some wait for each other in a cycle. The message
 * names each one, what it waits for, and where it was spawned.
 *
 * gevent: `gevent.exceptions.LoopExit`, which says none of that.
 *
 * @example
 * ```ts
 * import { joinAll, LoopExit, sleep, spawn } from "fibril";
 *
 * async function main() {
 *   const stuck = spawn(() => sleep(Infinity));
 *   try {
 *     await joinAll([stuck]);
 *   } catch (error) {
 *     console.log(error instanceof LoopExit); // -> true
 *   }
 * }
 * void main();
 * ```
 */
export class LoopExit extends Error {
  override readonly name: string = "LoopExit";
  readonly _tag: "LoopExit" = "LoopExit" as const;
}

/** Chains longer than this are left to the report at the program's end: the walk is per join. */
const LONGEST_CYCLE = 128;

/**
 * Who waits for whom, from `start` on, if `start` is to wait for `holder` and
 * that closes a cycle which no timeout can open. Certain, never a guess.
 */
export function findCycle(start: Parked, holder: Parked): Parked[] | undefined {
  if (start.mayBeStruck) return undefined;
  const chain = [start];
  let next: Parked | undefined = holder;
  while (next !== undefined && chain.length <= LONGEST_CYCLE) {
    if (next === start) return chain;
    if (next.mayBeStruck) return undefined;
    chain.push(next);
    next = next.park?.holder?.();
  }
  return undefined;
}

/** The LoopExit for a cycle; `closing` is what its first fiber was about to wait for. */
export function cycleExit(cycle: readonly Parked[], closing: Park): LoopExit {
  const lines = cycle.map((fiber, i) => row(fiber, i === 0 ? closing : fiber.park, i));
  const names = cycle.map((fiber) => `"${fiber.name}"`).join(", ");
  const what = cycle.length === 1 ? `${names} waits for itself` : `${names} wait for each other`;
  return new LoopExit(`Deadlock: ${what}\n${align(lines)}`);
}

/** The LoopExit for a program in which nothing is left that could wake anybody. */
export function quietExit(parked: readonly Parked[]): LoopExit {
  const count = parked.length === 1 ? "1 fiber is" : `${parked.length} fibers are`;
  const head = `Nothing can wake "${parked[0]?.name}": ${count} parked and no timer, socket or process is open`;
  return new LoopExit(`${head}\n${align(tree(parked))}`);
}

/** More rows than anybody reads; the rest is counted. */
const MOST_ROWS = 50;

/** Every parked fiber below one that waits for it. */
function tree(parked: readonly Parked[]): Row[] {
  const waitedFor = new Set(parked.flatMap(holdersOf));
  const rows: Row[] = [];
  const seen = new Set<Parked>();
  const roots = parked.filter((fiber) => !waitedFor.has(fiber));
  // Those that no root leads to wait in a cycle; the stack keeps long chains off the call stack.
  for (const root of [...roots, ...parked]) {
    const stack: [Parked, number][] = [[root, 0]];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const [fiber, depth] = top;
      if (seen.has(fiber)) continue;
      seen.add(fiber);
      if (rows.length < MOST_ROWS) rows.push(row(fiber, fiber.park, depth));
      for (const holder of [...holdersOf(fiber)].reverse()) stack.push([holder, depth + 1]);
    }
  }
  if (seen.size > rows.length) rows.push([`… and ${seen.size - rows.length} more`, "", ""]);
  return rows;
}

/** The fibers that `fiber` waits for. */
export function holdersOf(fiber: Parked): readonly Parked[] {
  const holder = fiber.park?.holder?.();
  return fiber.park?.holders?.() ?? (holder === undefined ? [] : [holder]);
}

type Row = [name: string, reason: string, site: string];

function row(fiber: Parked, park: Park | undefined, depth: number): Row {
  const indent = depth === 0 ? "" : `${"   ".repeat(depth - 1)}└─ `;
  return [`${indent}${fiber.name}`, park?.describe() ?? "not parked", fiber.spawnSite ?? ""];
}

function align(rows: readonly Row[]): string {
  const width = (column: 0 | 1) => Math.max(...rows.map((each) => each[column].length));
  const [names, reasons] = [width(0), width(1)];
  return rows
    .map(([name, reason, site]) =>
      `  ${name.padEnd(names)}  ${reason.padEnd(reasons)}  ${site}`.trimEnd(),
    )
    .join("\n");
}
