import { constants } from "node:os";
import { formatMillis } from "../fiber/delay.ts";

/** A program, or for a shell the command line, as it was given. */
export type Command = string | readonly string[];

/** What a child printed as far as it was piped: text or bytes, as its options say. */
export type Output = string | Buffer | undefined;

/** What a child that did not do its work had printed. */
interface Printed {
  readonly stdout?: Output;
  readonly stderr?: Output;
}

/**
 * What all errors of `fibril/subprocess` have in common.
 *
 * Python: `subprocess.SubprocessError`.
 *
 * @example
 * ```ts
 * import { checkCall, SubprocessError } from "fibril/subprocess";
 *
 * checkCall(["false"]).then(undefined, (error) => {
 *   console.log(error instanceof SubprocessError); // -> true
 * });
 * ```
 */
export class SubprocessError extends Error {
  override readonly name: string = "SubprocessError";
  readonly _tag: string = "SubprocessError";
}

/**
 * Thrown where a child's end was to be checked and its `returncode` is not 0.
 *
 * Python: `subprocess.CalledProcessError`.
 *
 * @example
 * ```ts
 * import { CalledProcessError, run } from "fibril/subprocess";
 *
 * run(["sh", "-c", "exit 3"], { check: true }).then(undefined, (error) => {
 *   if (error instanceof CalledProcessError) console.log(error.returncode); // -> 3
 * });
 * ```
 */
export class CalledProcessError extends SubprocessError {
  override readonly name: string = "CalledProcessError";
  override readonly _tag: "CalledProcessError" = "CalledProcessError" as const;
  readonly cmd: Command;
  readonly returncode: number;
  readonly stdout: Output;
  readonly stderr: Output;

  constructor(cmd: Command, returncode: number, printed: Printed = {}) {
    super(`${showCommand(cmd)} ${ending(returncode)}${lastLine(printed.stderr)}`);
    this.cmd = cmd;
    this.returncode = returncode;
    this.stdout = printed.stdout;
    this.stderr = printed.stderr;
  }

  /** As `stdout`. */
  get output(): Output {
    return this.stdout;
  }
}

/**
 * Thrown when a child takes longer than the `timeout` (in milliseconds here),
 * with what it had printed so far.
 *
 * Python: `subprocess.TimeoutExpired`.
 *
 * @example
 * ```ts
 * import { run, TimeoutExpired } from "fibril/subprocess";
 *
 * run(["sleep", "60"], { timeout: 50 }).then(undefined, (error) => {
 *   if (error instanceof TimeoutExpired) console.log(error.timeout); // -> 50
 * });
 * ```
 */
export class TimeoutExpired extends SubprocessError {
  override readonly name: string = "TimeoutExpired";
  override readonly _tag: "TimeoutExpired" = "TimeoutExpired" as const;
  readonly cmd: Command;
  readonly timeout: number;
  readonly stdout: Output;
  readonly stderr: Output;

  constructor(cmd: Command, timeout: number, printed: Printed = {}) {
    super(`${showCommand(cmd)} timed out after ${formatMillis(timeout)}`);
    this.cmd = cmd;
    this.timeout = timeout;
    this.stdout = printed.stdout;
    this.stderr = printed.stderr;
  }

  /** As `stdout`. */
  get output(): Output {
    return this.stdout;
  }
}

/** How a command is named in an error. */
export function showCommand(command: Command): string {
  return typeof command === "string" ? `"${command}"` : `"${command.join(" ")}"`;
}

function ending(returncode: number): string {
  if (returncode >= 0) return `ended with exit code ${returncode}`;
  const signal = Object.entries(constants.signals).find(([, number]) => number === -returncode);
  return `was killed by ${signal?.[0] ?? `signal ${-returncode}`}`;
}

/** The last thing a program says is usually why it gave up. */
function lastLine(stderr: Output): string {
  const line = stderr?.toString().trimEnd().split("\n").at(-1) ?? "";
  return line === "" ? "" : `: ${line}`;
}
