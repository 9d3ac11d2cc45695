/**
 * Thrown where a SharedMemory or ShareableList is to be made under a name that
 * there is (`code` is `"EEXIST"`), or opened under one that there is not (`"ENOENT"`).
 *
 * multiprocessing: `FileExistsError` and `FileNotFoundError` of its `SharedMemory`.
 *
 * @example
 * ```ts
 * import { MemoryNameError, SharedMemory } from "fibril/process";
 *
 * try {
 *   new SharedMemory({ name: "nobody made this" });
 * } catch (error) {
 *   console.log(error instanceof MemoryNameError && error.code); // -> ENOENT
 * }
 * ```
 */
export class MemoryNameError extends Error {
  override readonly name: string = "MemoryNameError";
  readonly _tag: "MemoryNameError" = "MemoryNameError" as const;
  readonly code: "EEXIST" | "ENOENT";

  constructor(message: string, code: "EEXIST" | "ENOENT") {
    super(message);
    this.code = code;
  }
}
