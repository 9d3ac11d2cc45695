import { join } from "node:path";
import { runtimes } from "../../scripts/toolchain.ts";
import { type Command, linesOf } from "../command.ts";
import { Samples } from "../samples.ts";
import { groupOf, type Ours, type Peer, type Row } from "./rows.ts";

export interface Plan {
  /** How often every program is started, each time in turn with all others. */
  readonly rounds: number;
  /** Timed runs of a row in each of them. */
  readonly samples: number;
  /** By what the rows' counts are divided. */
  readonly shorter: number;
}

/** Whose column it is. */
export type Who = Ours | Peer;

/** The system's Python, as for the other peers. */
export const python = process.env["PYTHON"] ?? "/usr/bin/python3";

const page = (file: string): string => join(import.meta.dirname, file);

/** Runs each group's programs one after the other, round by round: all see the same weather. */
export async function measureAll(plan: Plan, rows: readonly Row[]): Promise<Samples> {
  const found = new Samples();
  const groups = Map.groupBy(rows, groupOf);
  for (let round = 1; round <= plan.rounds; round++) {
    for (const [group, members] of groups) {
      const args = [`${plan.samples}`, ...members.map((row) => countOf(plan, row))];
      for (const [who, command] of programs(group)) {
        console.error(`round ${round} of ${plan.rounds}: ${group}, ${who}`);
        found.addLines(who, await linesOf([...command, ...args]));
      }
    }
  }
  return found;
}

function countOf({ shorter }: Plan, { key, count }: Row): string {
  return `${key}=${Math.ceil(count / shorter)}`;
}

/** Node takes the package as it is built, and Deno its sources: so both do for users. */
function programs(group: string): readonly (readonly [Who, Command])[] {
  const ours = page(`${group}.ts`);
  const everyGroup: (readonly [Who, Command])[] = [
    ["node", [runtimes.node, ours]],
    ["deno", [runtimes.deno, "run", "--quiet", "--allow-all", ours]],
    // What it would compile into this folder is of no use to the next run.
    ["python", [python, "-B", page(`python/${group}_peer.py`)]],
  ];
  return group === "pool" ? [...everyGroup, ...poolPeers()] : everyGroup;
}

function poolPeers(): readonly (readonly [Who, Command])[] {
  const names = ["piscina", "tinypool", "workerpool"] as const;
  return names.map((name) => [name, [runtimes.node, page("pool-peers.ts"), name]]);
}
