/** The fixtures of this folder as programs of their own, on any of the runtimes, with a watchdog. */

import { join } from "node:path";
import { expect, test } from "vitest";
import { root, runtimes } from "../../scripts/toolchain.ts";
import { type Ended, Running, type Runtime, type StartOptions } from "../program/run.ts";

export type { Ended, Runtime } from "../program/run.ts";

const commands: Readonly<Record<Runtime, readonly string[]>> = {
  node: [runtimes.node, "-C", "fibril-source"],
  "node-22": [runtimes["node-22"], "-C", "fibril-source"],
  deno: [runtimes.deno, "run", "--quiet", "-A", "--config", join(root, "deno.json")],
  bun: [runtimes.bun, "--conditions=fibril-source"],
};

const all = Object.keys(commands) as readonly Runtime[];

/** Node and Deno: a process takes a second to load its sources. `npm run test:matrix` takes all of them. */
export const everywhere: readonly Runtime[] =
  process.env["FIBRIL_RUNTIMES"] === "all" ? all : ["node", "deno"];

/** Starts test/process/fixtures/`fixture`.ts. */
export function start(
  runtime: Runtime,
  fixture: string,
  args: readonly string[] = [],
  options: StartOptions = {},
): Running {
  const file = join(root, "test/process/fixtures", `${fixture}.ts`);
  return new Running([...commands[runtime], file, ...args], { limit: 50_000, ...options });
}

/** Runs it to its end. */
export function run(
  runtime: Runtime,
  fixture: string,
  args: readonly string[] = [],
): Promise<Ended> {
  return start(runtime, fixture, args).ended;
}

/** One test a runtime. */
export function onEach(
  runtimesOfTest: readonly Runtime[],
  what: string,
  body: (runtime: Runtime) => Promise<void>,
): void {
  for (const runtime of runtimesOfTest) {
    test(`${what} (${runtime})`, { concurrent: true, timeout: 60_000 }, () => body(runtime));
  }
}

/** On every runtime a case of a fixture prints these lines, nothing on stderr, and ends by itself. */
export function prints(
  what: string,
  fixture: string,
  name: string,
  lines: readonly string[],
): void {
  onEach(everywhere, what, async (runtime) => {
    const { code, stdout, stderr } = await run(runtime, fixture, [name]);
    expect({ stderr, lines: stdout.split("\n"), code }).toEqual({
      stderr: "",
      lines: [...lines, ""],
      code: 0,
    });
  });
}
