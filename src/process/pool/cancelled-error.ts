/**
 * Thrown by a Future that was cancelled before it began.
 *
 * concurrent.futures: `CancelledError`.
 *
 * @example
 * ```ts
 * import { CancelledError, ProcessPoolExecutor } from "fibril/process";
 *
 * async function main() {
 *   const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
 *   const future = executor.submit(() => "never");
 *   future.cancel();
 *   await future.result().then(undefined, (error) => {
 *     console.log(error instanceof CancelledError); // -> true
 *   });
 *   await executor.shutdown();
 * }
 * void main();
 * ```
 */
export class CancelledError extends Error {
  override readonly name: string = "CancelledError";
  readonly _tag: "CancelledError" = "CancelledError" as const;
}
