/**
 * Thrown when the program, or the folder to run it in, is not there: `path` says
 * which, `code` is "ENOENT".
 *
 * Python: `FileNotFoundError`.
 *
 * @example
 * ```ts
 * import { FileNotFoundError, run } from "fibril/subprocess";
 *
 * run(["no-such-program"]).then(undefined, (error) => {
 *   if (error instanceof FileNotFoundError) console.log(error.code, error.path); // -> ENOENT no-such-program
 * });
 * ```
 */
export class FileNotFoundError extends Error {
  override readonly name: string = "FileNotFoundError";
  readonly _tag: "FileNotFoundError" = "FileNotFoundError" as const;
  readonly code: "ENOENT" = "ENOENT" as const;
  readonly path: string;

  constructor(message: string, path: string) {
    super(message);
    this.path = path;
  }
}

/**
 * Thrown when the program is there but may not be run; `code` is "EACCES".
 *
 * Python: `PermissionError`.
 *
 * @example
 * ```ts
 * import { PermissionError, run } from "fibril/subprocess";
 *
 * run(["/dev/null"]).then(undefined, (error) => {
 *   if (error instanceof PermissionError) console.log(error.code); // -> EACCES
 * });
 * ```
 */
export class PermissionError extends Error {
  override readonly name: string = "PermissionError";
  readonly _tag: "PermissionError" = "PermissionError" as const;
  readonly code: "EACCES" = "EACCES" as const;
  readonly path: string;

  constructor(message: string, path: string) {
    super(message);
    this.path = path;
  }
}

/**
 * Thrown by a write that nobody will read any more: the other side closed the
 * pipe, or has ended. `code` is "EPIPE".
 *
 * Python: `BrokenPipeError`.
 *
 * @example
 * ```ts
 * import { BrokenPipeError, PIPE, Popen } from "fibril/subprocess";
 *
 * async function main() {
 *   const child = new Popen(["true"], { stdin: PIPE });
 *   await child.wait();
 *   child.stdin.write("too late").then(undefined, (error) => {
 *     if (error instanceof BrokenPipeError) console.log(error.code); // -> EPIPE
 *   });
 * }
 * void main();
 * ```
 */
export class BrokenPipeError extends Error {
  override readonly name: string = "BrokenPipeError";
  readonly _tag: "BrokenPipeError" = "BrokenPipeError" as const;
  readonly code: "EPIPE" = "EPIPE" as const;
}
