/** A fixture on each runtime, which starts children of the same runtime itself. */

import { join } from "node:path";
import { test } from "vitest";
import { root } from "../../../scripts/toolchain.ts";
import { commands, everywhere, Running, type Runtime } from "../../program/run.ts";

/** Most of a child's time would be Node's reading of the sources. */
const env = { NODE_COMPILE_CACHE: join(root, ".cache/compile") };

/** Thirty children start after each other on a machine that may have other things to do. */
const LIMIT_MS = 35_000;

/** Started, with a watchdog. */
export function startFixture(
  runtime: Runtime,
  fixture: string,
  args: readonly string[] = [],
  command: readonly string[] = commands[runtime],
): Running {
  const file = join(root, `test/process/shm/fixtures/${fixture}.ts`);
  return new Running([...command, file, ...args], { limit: LIMIT_MS, env });
}

/** Long enough for a fixture that hangs to be named by its watchdog. */
const TEST_LIMIT_MS = 40_000;

/** One test a runtime, one after the other: they measure themselves against deadlines. */
export function onEveryRuntime(what: string, body: (runtime: Runtime) => Promise<void>): void {
  for (const runtime of everywhere) {
    test(`${what} (${runtime})`, { timeout: TEST_LIMIT_MS }, () => body(runtime));
  }
}
