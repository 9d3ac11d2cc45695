/**
 * Thrown where a process is asked for what its state does not allow: to start
 * twice, to be joined before its start, to have children as a daemon.
 *
 * multiprocessing: `AssertionError` and `ValueError` of its `Process`.
 *
 * @example
 * ```ts
 * import { Process, ProcessError } from "fibril/process";
 *
 * const child = new Process({ target: () => {} });
 * try {
 *   child.terminate();
 * } catch (error) {
 *   if (error instanceof ProcessError) console.log("it has not been started"); // -> it has not been started
 * }
 * ```
 */
export class ProcessError extends Error {
  override readonly name: string = "ProcessError";
  readonly _tag: "ProcessError" = "ProcessError" as const;
}
