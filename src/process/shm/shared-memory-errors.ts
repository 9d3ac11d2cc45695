/**
 * Thrown where processes cannot share memory at all: no way to call the system's
 * functions, or no place for the memory. `reason` says why in one sentence.
 *
 * @example
 * ```ts
 * import { SharedMemoryUnavailable } from "fibril/process";
 *
 * const error = new SharedMemoryUnavailable("the package koffi is not installed");
 * console.log(error.reason); // -> the package koffi is not installed
 * ```
 */
export class SharedMemoryUnavailable extends Error {
  override readonly name: string = "SharedMemoryUnavailable";
  readonly _tag: "SharedMemoryUnavailable" = "SharedMemoryUnavailable" as const;
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`Cannot share memory between processes: ${reason}`, options);
    this.reason = reason;
  }
}

/**
 * Thrown where less memory is left to share than was asked for.
 *
 * @example
 * ```ts
 * import { SharedMemory, SharedMemoryFull } from "fibril/process";
 *
 * try {
 *   new SharedMemory({ create: true, size: 2 ** 50 });
 * } catch (error) {
 *   console.log(error instanceof SharedMemoryFull && error.requested === 2 ** 50); // -> true
 * }
 * ```
 */
export class SharedMemoryFull extends Error {
  override readonly name: string = "SharedMemoryFull";
  readonly _tag: "SharedMemoryFull" = "SharedMemoryFull" as const;
  /** In bytes. */
  readonly requested: number;

  constructor(requested: number, found: string, options?: ErrorOptions) {
    super(`Cannot share ${requested} bytes of memory: ${found}`, options);
    this.requested = requested;
  }
}

/**
 * Thrown where memory that another process shares is no longer to be had: that process is gone.
 *
 * @example
 * ```ts
 * import { SharedMemoryGone } from "fibril/process";
 *
 * const error = new SharedMemoryGone("the process that made it has ended");
 * console.log(error._tag); // -> SharedMemoryGone
 * ```
 */
export class SharedMemoryGone extends Error {
  override readonly name: string = "SharedMemoryGone";
  readonly _tag: "SharedMemoryGone" = "SharedMemoryGone" as const;
}
