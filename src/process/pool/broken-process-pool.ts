import { type Death, inWords, WorkerDied } from "./worker-died.ts";

/**
 * Thrown by a pool that one worker's death has broken: a `strict` one, or a
 * ProcessPoolExecutor. All that was pending fails with it, and so does all that is
 * submitted later.
 *
 * concurrent.futures: `concurrent.futures.process.BrokenProcessPool`.
 *
 * @example
 * ```ts
 * import { BrokenProcessPool, ProcessPoolExecutor } from "fibril/process";
 *
 * async function main() {
 *   const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
 *   const future = executor.submit(() => process.exit(3));
 *   console.log((await future.exception()) instanceof BrokenProcessPool); // -> true
 *   await executor.shutdown();
 * }
 * if (import.meta.main) void main();
 * ```
 */
export class BrokenProcessPool extends WorkerDied {
  override readonly name: string = "BrokenProcessPool";
  override readonly _tag: string = "BrokenProcessPool";
}

export function brokenBy(death: Death, cause?: unknown): BrokenProcessPool {
  const message = `${inWords(death)}; the pool is broken and takes no more tasks`;
  return new BrokenProcessPool(message, death, cause === undefined ? undefined : { cause });
}
