/**
 * Thrown by a call that the state of a thread does not allow: a second start, a
 * join before the start.
 *
 * threading: `threading.ThreadError`, which is `RuntimeError`.
 *
 * @example
 * ```ts
 * import { Thread, ThreadError } from "fibril/threading";
 *
 * try {
 *   void new Thread().join();
 * } catch (error) {
 *   console.log(error instanceof ThreadError); // -> true
 * }
 * ```
 */
export class ThreadError extends Error {
  override readonly name: string = "ThreadError";
  readonly _tag: "ThreadError" = "ThreadError" as const;
}
