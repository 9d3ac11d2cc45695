import { host } from "../internal/host.ts";
import { serve } from "./child/serve.ts";
import { CHILD_MARK } from "./child-process.ts";

/**
 * For programs that are one file: bundled, or compiled. Their children run that
 * file again, since there is no other. Call it first and do nothing more where it
 * gives `true`: this is a child, which then waits for its work. Its functions
 * must be known by `task` or `register`. In all other programs it does nothing.
 *
 * multiprocessing: `multiprocessing.freeze_support`, which does not return in a child.
 *
 * @example
 * ```ts
 * import { freezeSupport, Process, register } from "fibril/process";
 *
 * const work = register("work", () => console.log("in a child")); // -> in a child
 *
 * async function main() {
 *   const child = new Process({ target: work });
 *   child.start();
 *   await child.join();
 * }
 * if (!freezeSupport() && import.meta.main) void main();
 * ```
 */
export function freezeSupport(): boolean {
  if (host.environment(CHILD_MARK) === undefined) return false;
  // Not for the programs that this one starts.
  delete process.env[CHILD_MARK];
  serve();
  return true;
}
