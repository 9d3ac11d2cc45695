/**
 * Thrown by `Barrier.wait` once the barrier is broken: somebody who waited there
 * was killed or timed out, its action failed, or `abort` or `reset` was called.
 *
 * threading: `threading.BrokenBarrierError`.
 *
 * @example
 * ```ts
 * import { Barrier, BrokenBarrierError } from "fibril/sync";
 *
 * const barrier = new Barrier(2);
 * barrier.wait({ timeout: 5 }).then(undefined, (error) => {
 *   console.log(error instanceof BrokenBarrierError, barrier.broken); // -> true true
 * });
 * ```
 */
export class BrokenBarrierError extends Error {
  override readonly name: string = "BrokenBarrierError";
  readonly _tag: "BrokenBarrierError" = "BrokenBarrierError" as const;
}
