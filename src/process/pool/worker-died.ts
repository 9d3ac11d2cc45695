/**
 * Thrown where a worker of a pool has ended in the middle of a task: killed, out of
 * memory, or by a `process.exit` in the task itself. Only that task is lost.
 *
 * multiprocessing has none: there whoever waits for the task waits for ever.
 *
 * @example
 * ```ts
 * import { Pool, WorkerDied } from "fibril/process";
 *
 * async function main() {
 *   const pool = new Pool(1);
 *   try {
 *     await pool.apply(() => process.exit(3));
 *   } catch (error) {
 *     if (!(error instanceof WorkerDied)) throw error;
 *     console.log(error.exitcode); // -> 3
 *   }
 *   console.log(await pool.apply(() => "the next worker")); // -> the next worker
 *   await pool[Symbol.asyncDispose]();
 * }
 * if (import.meta.main) void main();
 * ```
 */
export class WorkerDied extends Error {
  override readonly name: string = "WorkerDied";
  readonly _tag: string = "WorkerDied";
  /** The process that was the worker. */
  readonly pid: number;
  /** How it ended: its exit code, or `-N` if signal N ended it. */
  readonly exitcode: number;
  /** What it was at, such as `resize(items 4 to 7)`. */
  readonly task: string;

  constructor(message: string, death: Death, options?: ErrorOptions) {
    super(message, options);
    this.pid = death.pid;
    this.exitcode = death.exitcode;
    this.task = death.task;
  }
}

/** Who died, how and at what. */
export interface Death {
  readonly pid: number;
  readonly exitcode: number;
  readonly task: string;
}

export function inWords({ pid, exitcode, task }: Death): string {
  const how = exitcode < 0 ? `was killed by signal ${-exitcode}` : `ended with code ${exitcode}`;
  return `The worker with process id ${pid} ${how} while it ran ${task === "" ? "nothing" : task}`;
}
