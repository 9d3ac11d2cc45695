/**
 * Thrown where a process is asked for what its state does not allow: to start
 * twice, to be joined before its start, to have children as a daemon.
 *
 * multiprocessing: `AssertionError` and `ValueError` of its `Process`.
 */
export class ProcessError extends Error {
  override readonly name: string = "ProcessError";
  readonly _tag: "ProcessError" = "ProcessError" as const;
}
