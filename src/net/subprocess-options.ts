import { show } from "../fiber/body.ts";
import { checkOptions, type WaitOptions } from "../fiber/limits.ts";
import type { Data } from "./data-queue.ts";
import type { PipeReader } from "./pipe-reader.ts";

/**
 * For `stdin`, `stdout` and `stderr`: a pipe to this program.
 *
 * Python: `subprocess.PIPE`.
 *
 * @example
 * ```ts
 * import { PIPE, run } from "fibril/subprocess";
 *
 * run(["echo", "hello"], { stdout: PIPE, text: true }).then(({ stdout }) => {
 *   console.log(stdout.trim()); // -> hello
 * });
 * ```
 */
export const PIPE: "pipe" = "pipe" as const;

/**
 * For `stdin`, `stdout` and `stderr`: nothing to read, and what is written is dropped.
 *
 * Python: `subprocess.DEVNULL`.
 *
 * @example
 * ```ts
 * import { call, DEVNULL } from "fibril/subprocess";
 *
 * call(["echo", "not seen"], { stdout: DEVNULL }).then(console.log); // -> 0
 * ```
 */
export const DEVNULL: "ignore" = "ignore" as const;

/**
 * For `stderr`: into the same as `stdout`, in the order in which it is written.
 *
 * Python: `subprocess.STDOUT`.
 *
 * @example
 * ```ts
 * import { checkOutput, STDOUT } from "fibril/subprocess";
 *
 * const command = ["sh", "-c", "echo out; echo err >&2"];
 * checkOutput(command, { stderr: STDOUT, text: true }).then((text) => {
 *   console.log(text.split("\n").slice(0, 2)); // -> [ "out", "err" ]
 * });
 * ```
 */
export const STDOUT: "stdout" = "stdout" as const;

/** How text is encoded in a child's pipes. */
export type Encoding = "utf8" | "utf16le" | "latin1" | "ascii";

/**
 * Where a child's standard stream leads: `PIPE`, `DEVNULL`, a file descriptor
 * or what has one as `fd`; if absent, to that of this program.
 */
export type Stdio = typeof PIPE | typeof DEVNULL | "inherit" | number | { readonly fd: number };

/** What a child prints, whether text or bytes. */
export type AnyPipeReader = PipeReader<string> | PipeReader<Buffer> | PipeReader<Data>;

/** How a child is started. */
export interface PopenOptions {
  /** Also the `stdout` of another Popen: its output goes on to this one. */
  readonly stdin?: Stdio | AnyPipeReader | undefined;
  readonly stdout?: Stdio | undefined;
  /** Also `STDOUT`. */
  readonly stderr?: Stdio | typeof STDOUT | undefined;
  /** `true`: pipes give strings, in UTF-8 unless `encoding` says otherwise; else bytes. */
  readonly text?: boolean | undefined;
  /** That of the text in pipes, which are then strings. */
  readonly encoding?: Encoding | undefined;
  /** The folder it runs in; that of this program if absent. */
  readonly cwd?: string | URL | undefined;
  /** Its whole environment; that of this program if absent. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** `true`: the command is a line for the shell. Quote what you put into it. */
  readonly shell?: boolean | undefined;
  /** `true`: in a session and process group of its own; its signals go to the whole group. */
  readonly startNewSession?: boolean | undefined;
}

/** How a child is run to its end. */
export interface RunOptions extends PopenOptions, WaitOptions {
  /** What it reads; its `stdin` is then a pipe. */
  readonly input?: string | Uint8Array | undefined;
  /** `true`: its `stdout` and `stderr` are pipes, and the result has what it printed. */
  readonly captureOutput?: boolean | undefined;
  /** `true`: a returncode other than 0 throws CalledProcessError. */
  readonly check?: boolean | undefined;
}

export const POPEN_OPTIONS: readonly string[] = [
  "stdin",
  "stdout",
  "stderr",
  "text",
  "encoding",
  "cwd",
  "env",
  "shell",
  "startNewSession",
];
export const RUN_OPTIONS: readonly string[] = [
  ...POPEN_OPTIONS,
  "input",
  "captureOutput",
  "check",
  "timeout",
  "signal",
];

/** The options of a call without any. */
export type NoOptions = Readonly<Record<never, never>>;

/** What a pipe of a child with these options carries. */
export type DataOf<O> = O extends { readonly text: true } | { readonly encoding: Encoding }
  ? string
  : Says<O, "text", false | undefined> & Says<O, "encoding", undefined> extends true
    ? Buffer
    : string | Buffer;

/** `true` if the options have `Name` not at all, or as one of `Values`. */
type Says<O, Name extends string, Values> = Name extends keyof O
  ? O[Name] extends Values
    ? true
    : false
  : true;

/** `Then` if the options say that this stream is a pipe, `undefined` if they say that it is none. */
export type IfPiped<O, Name extends "stdin" | "stdout" | "stderr", Then> =
  O extends Readonly<Record<Name, typeof PIPE>>
    ? Then
    : Says<O, Name, Exclude<PopenOptions[Name], typeof PIPE>> extends true
      ? undefined
      : Then | undefined;

/** As `IfPiped`, where `captureOutput` makes both outputs pipes. */
export type IfCaptured<O, Name extends "stdout" | "stderr", Then> = O extends {
  readonly captureOutput: true;
}
  ? Then
  : Says<O, "captureOutput", false | undefined> extends true
    ? IfPiped<O, Name, Then>
    : Then | undefined;

/** No option but those of `Known`: a generic parameter takes any. */
export type Only<O, Known> = O & Readonly<Record<Exclude<keyof O, keyof Known>, never>>;

/** Throws at the call for options that are none of `known`. */
export function checkKeys(options: unknown, known: readonly string[], caller: string): void {
  checkOptions(options, caller);
  const unknown = Object.keys(options ?? {}).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new TypeError(
    `Cannot ${caller} with the option "${unknown}": there are ${known.join(", ")}`,
  );
}

/** The encoding of a child's pipes; `undefined`: they carry bytes. */
export function encodingOf({ text, encoding }: PopenOptions): Encoding | undefined {
  if (encoding === undefined) return text === true ? "utf8" : undefined;
  if (Buffer.isEncoding(encoding)) return encoding;
  throw new RangeError(`Cannot decode ${show(encoding)}: pass "utf8", "utf16le" or "latin1"`);
}
