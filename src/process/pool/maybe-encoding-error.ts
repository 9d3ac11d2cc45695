/**
 * Thrown where a task of a pool has given, or thrown, what can't be sent back. The
 * worker goes on.
 *
 * multiprocessing: `multiprocessing.pool.MaybeEncodingError`.
 *
 * @example
 * ```ts
 * import { MaybeEncodingError, Pool } from "fibril/process";
 *
 * async function main() {
 *   const pool = new Pool(1);
 *   try {
 *     await pool.apply(() => Symbol("mine"));
 *   } catch (error) {
 *     if (!(error instanceof MaybeEncodingError)) throw error;
 *     console.log(error.value); // -> Symbol(mine)
 *   }
 *   await pool[Symbol.asyncDispose]();
 * }
 * if (import.meta.main) void main();
 * ```
 */
export class MaybeEncodingError extends Error {
  override readonly name: string = "MaybeEncodingError";
  readonly _tag: "MaybeEncodingError" = "MaybeEncodingError" as const;
  /** Why it can't be sent, in words. */
  readonly exc: string;
  /** What can't be sent, in words. */
  readonly value: string;

  constructor(exc: string, value: string) {
    super(`Error sending result: '${value}'. Reason: '${exc}'`);
    this.exc = exc;
    this.value = value;
  }
}
