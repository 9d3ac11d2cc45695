/**
 * The `cause` of an error that comes from a worker and has none: it tells where it was thrown.
 *
 * multiprocessing: `multiprocessing.pool.RemoteTraceback`.
 *
 * @example
 * ```ts
 * import { Pool, RemoteTraceback } from "fibril/process";
 *
 * async function main() {
 *   const pool = new Pool(1);
 *   try {
 *     await pool.apply(() => JSON.parse("{"));
 *   } catch (error) {
 *     console.log((error as Error).cause instanceof RemoteTraceback); // -> true
 *   }
 *   await pool[Symbol.asyncDispose]();
 * }
 * void main();
 * ```
 */
export class RemoteTraceback extends Error {
  override readonly name: string = "RemoteTraceback";
  readonly _tag: "RemoteTraceback" = "RemoteTraceback" as const;

  constructor(error: Error, worker: string, pid: number) {
    super(`thrown in "${worker}" (process ${pid})`);
    const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
    this.stack = [`RemoteTraceback: ${this.message}`, ...frames].join("\n");
  }

  /** Gives the error, which says from now on where it was thrown. */
  static mark(error: unknown, worker: string, pid: number): unknown {
    if (!(error instanceof Error) || Object.hasOwn(error, "cause")) return error;
    Object.defineProperty(error, "cause", {
      value: new RemoteTraceback(error, worker, pid),
      configurable: true,
      writable: true,
    });
    return error;
  }
}
