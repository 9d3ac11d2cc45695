import { isImport, type Side, sides } from "./case.ts";
import { cases } from "./cases/all.ts";
import { type Command, linesOf } from "./command.ts";
import type { Options } from "./options.ts";
import type { Peer } from "./peers.ts";
import type { Runtime } from "./runtimes.ts";
import type { Samples } from "./samples.ts";

/** One program to start in every round, and the column that its samples belong to. */
interface Entry {
  readonly column: string;
  readonly command: Command;
}

/** The column of a side on a runtime; a peer's column is its name. */
export const columnOf = (side: Side, runtime: string): string => `${side}@${runtime}`;

/** Starts every program once a round, one after the other: all see the same weather. */
export async function measureAll(
  options: Options,
  runtimes: readonly Runtime[],
  peers: readonly Peer[],
  samples: Samples,
): Promise<void> {
  const entries = [
    ...runtimes.flatMap((runtime) => sides.flatMap((side) => entriesOf(options, runtime, side))),
    ...peers.map((peer) => entryOf(options, peer)),
  ];
  for (let round = 1; round <= options.rounds; round++) {
    for (const { column, command } of entries) {
      showProgress(`round ${round} of ${options.rounds}: ${column}`);
      samples.addLines(column, await linesOf(command));
    }
  }
  showProgress("");
}

/** One line that replaces itself. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

/** Times, bytes and the import each have a process of their own. */
function entriesOf(options: Options, runtime: Runtime, side: Side): readonly Entry[] {
  const column = columnOf(side, runtime.name);
  const child = (unit: string): Entry => ({
    column,
    command: runtime.run("child.ts", side, unit, `${options.samples}`, options.keys.join()),
  });
  return [child("ns"), child("B"), ...importsOf(options, runtime, side)];
}

function importsOf({ keys }: Options, runtime: Runtime, side: Side): readonly Entry[] {
  const wanted = cases
    .filter(isImport)
    .filter(({ key }) => keys.length === 0 || keys.includes(key));
  return wanted.flatMap((each) => {
    const modules = each[side] ?? [];
    if (modules.length === 0) return [];
    const command = runtime.run("import.ts", each.key, ...modules);
    return [{ column: columnOf(side, runtime.name), command }];
  });
}

function entryOf(options: Options, { name, command }: Peer): Entry {
  const [program, ...args] = command;
  return {
    column: name,
    command: [program, ...args, `${options.samples}`, options.keys.join()],
  };
}
