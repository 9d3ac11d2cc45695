import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { runtimes as programs } from "../../scripts/toolchain.ts";
import { linesOf } from "../command.ts";
import type { Runtime } from "../runtimes.ts";
import { Samples } from "../samples.ts";

/** How many pages are fetched, and how many at once: more does not make the workers faster. */
export const FETCHES = 10_000;
export const LIMIT = 50;

/** Rounds of a cost in one process. */
const COST_ROUNDS = 15;

/** Who fetches; the fibers run patched. */
export const contestants = ["fibers", "async-fibers", "workers", "limiter"] as const;
export const clients = ["urllib3", "requests"] as const;

/** The system's Python, which is where Debian puts gevent. */
const python = process.env["PYTHON"] ?? "/usr/bin/python3";
const page = (file: string): string => join(import.meta.dirname, file);

export const columnOf = (who: string, runtime: string): string => `${who}@${runtime}`;

export interface MonkeyOptions {
  readonly rounds: number;
  readonly samples: number;
  readonly withPeers: boolean;
}

/** Runs every program in turn, round after round: all see the same weather. */
export async function measureMonkey(
  { rounds, samples, withPeers }: MonkeyOptions,
  runtimes: readonly Runtime[],
): Promise<Samples> {
  const found = new Samples();
  const server = spawn(programs.node, [page("server.ts")], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    const [ports] = (await once(server.stdout, "data")) as [Buffer];
    const [port, echoPort = ""] = ports.toString().trim().split(" ");
    const url = `http://127.0.0.1:${port}/`;
    const race = [`${samples}`, `${FETCHES}`, `${LIMIT}`, url];
    for (let round = 1; round <= rounds; round++) {
      for (const runtime of runtimes) {
        const cost = [`${COST_ROUNDS}`, url, echoPort, page("cost.ts")];
        found.addLines(runtime.name, await linesOf(runtime.run("monkey/cost.ts", ...cost)));
        for (const who of contestants) {
          const lines = await linesOf(runtime.run("monkey/race.ts", who, ...race));
          found.addLines(columnOf(who, runtime.name), lines);
        }
      }
      if (!withPeers) continue;
      for (const client of clients) {
        const script = join(import.meta.dirname, "../peers/fetches.py");
        found.addLines(client, await linesOf([python, "-P", script, client, ...race]));
      }
    }
  } finally {
    server.stdin.end();
  }
  return found;
}
