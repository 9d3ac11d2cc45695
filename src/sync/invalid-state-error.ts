/**
 * Thrown when something is settled that has been settled before.
 *
 * concurrent.futures and asyncio: `InvalidStateError`; gevent lets the second
 * `set` overwrite the first in silence.
 *
 * @example
 * ```ts
 * import { AsyncResult, InvalidStateError } from "fibril/sync";
 *
 * const result = new AsyncResult<number>();
 * result.set(1);
 * try {
 *   result.set(2);
 * } catch (error) {
 *   console.log(error instanceof InvalidStateError, result.value); // -> true 1
 * }
 * ```
 */
export class InvalidStateError extends Error {
  override readonly name: string = "InvalidStateError";
  readonly _tag: "InvalidStateError" = "InvalidStateError" as const;
}
