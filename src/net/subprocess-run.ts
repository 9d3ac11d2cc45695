import { toMillis } from "../fiber/delay.ts";
import { uninterruptible } from "../fiber/uninterruptible.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import { Popen } from "./popen.ts";
import { CalledProcessError, type Command, type Output } from "./subprocess-errors.ts";
import {
  checkKeys,
  type DataOf,
  type IfCaptured,
  type NoOptions,
  type Only,
  PIPE,
  type PopenOptions,
  RUN_OPTIONS,
  type RunOptions,
} from "./subprocess-options.ts";

/**
 * How a child has ended, and what it printed where that was captured.
 *
 * Python: `subprocess.CompletedProcess`.
 *
 * @example
 * ```ts
 * import { type CompletedProcess, run } from "fibril/subprocess";
 *
 * run(["sh", "-c", "exit 3"]).then((completed: CompletedProcess) => {
 *   console.log(completed.returncode); // -> 3
 * });
 * ```
 */
export class CompletedProcess<Out extends Output = Output, Err extends Output = Output> {
  /** The command as it was given. */
  readonly args: Command;
  /** The exit code; `-N` if signal N killed it. */
  readonly returncode: number;
  readonly stdout: Out;
  readonly stderr: Err;

  constructor(args: Command, returncode: number, stdout: Out, stderr: Err) {
    this.args = args;
    this.returncode = returncode;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** Throws CalledProcessError unless the returncode is 0. */
  checkReturncode(): void {
    if (this.returncode === 0) return;
    throw new CalledProcessError(this.args, this.returncode, this);
  }
}

type Completed<O> = CompletedProcess<
  IfCaptured<O, "stdout", DataOf<O>>,
  IfCaptured<O, "stderr", DataOf<O>>
>;

/**
 * Runs a child to its end. Past `timeout`, and when its fiber is killed, the child
 * is killed and waited for before the error is thrown.
 *
 * Python: `subprocess.run`.
 *
 * @throws TimeoutExpired with what was printed so far; with `check` CalledProcessError;
 *   FileNotFoundError or PermissionError; TypeError and RangeError for bad input.
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { run } from "fibril/subprocess";
 *
 * spawn(function* () {
 *   const sorted = yield* run(["sort"], { input: "b\na\n", captureOutput: true, text: true });
 *   console.log(sorted.stdout.split("\n").slice(0, 2), sorted.returncode); // -> [ "a", "b" ] 0
 * });
 * ```
 */
export function run<const O extends RunOptions = NoOptions>(
  args: Command,
  options?: Only<O, RunOptions>,
): Wait<Completed<O>>;
export function run(args: Command, options?: RunOptions): Wait<CompletedProcess> {
  checkKeys(options, RUN_OPTIONS, "run a child");
  const given = options ?? {};
  if (given.timeout !== undefined) toMillis(given.timeout, "run a child");
  return script(runToEnd, args, given, popenOptionsOf(given));
}

/**
 * Runs a child to its end and gives its returncode.
 *
 * Python: `subprocess.call`.
 *
 * @throws as `run`.
 * @example
 * ```ts
 * import { call } from "fibril/subprocess";
 *
 * call("exit 3", { shell: true }).then(console.log); // -> 3
 * ```
 */
export function call<const O extends RunOptions = NoOptions>(
  args: Command,
  options?: Only<O, RunOptions>,
): Wait<number>;
export function call(args: Command, options?: RunOptions): Wait<number> {
  return script(returncodeOf, run(args, options));
}

/**
 * As `call`, and throws CalledProcessError unless the returncode is 0.
 *
 * Python: `subprocess.check_call`.
 *
 * @throws as `run`.
 * @example
 * ```ts
 * import { checkCall } from "fibril/subprocess";
 *
 * checkCall(["false"]).then(undefined, (error) => {
 *   console.log(error.message); // -> "false" ended with exit code 1
 * });
 * ```
 */
export function checkCall<const O extends Omit<RunOptions, "check"> = NoOptions>(
  args: Command,
  options?: Only<O, Omit<RunOptions, "check">>,
): Wait<number>;
export function checkCall(args: Command, options?: RunOptions): Wait<number> {
  return call(args, { ...options, check: true });
}

/**
 * Runs a child to its end and gives what it printed; throws CalledProcessError
 * unless its returncode is 0.
 *
 * Python: `subprocess.check_output`.
 *
 * @throws as `run`.
 * @example
 * ```ts
 * import { checkOutput } from "fibril/subprocess";
 *
 * checkOutput(["echo", "hello"], { text: true }).then((text) => {
 *   console.log(text.trim()); // -> hello
 * });
 * ```
 */
export function checkOutput<const O extends CheckOutputOptions = NoOptions>(
  args: Command,
  options?: Only<O, CheckOutputOptions>,
): Wait<DataOf<O>>;
export function checkOutput(args: Command, options?: CheckOutputOptions): Wait<Output> {
  checkKeys(options, CHECK_OUTPUT_OPTIONS, "check the output of a child");
  return script(stdoutOf, run(args, { ...options, stdout: PIPE, check: true } as RunOptions));
}

/** How a child is run whose output is wanted. */
export type CheckOutputOptions = Omit<RunOptions, "stdout" | "check" | "captureOutput">;

const CHECK_OUTPUT_OPTIONS = RUN_OPTIONS.filter(
  (option) => !["stdout", "check", "captureOutput"].includes(option),
);

function* runToEnd(
  args: Command,
  options: RunOptions,
  popenOptions: PopenOptions,
): Generator<Yieldable<never>, CompletedProcess, never> {
  const { input, timeout, signal } = options;
  signal?.throwIfAborted();
  const child = new Popen<PopenOptions>(args, popenOptions);
  try {
    const [stdout, stderr] = yield* child.communicate({ input, timeout, signal });
    const completed = new CompletedProcess(args, yield* child.wait(), stdout, stderr);
    if (options.check === true) completed.checkReturncode();
    return completed;
  } finally {
    child.kill();
    child.closePipes();
    // A killed child is gone in a moment, and nothing may keep us from seeing that.
    if (child.returncode === undefined) yield* uninterruptible(child.wait());
  }
}

function popenOptionsOf(options: RunOptions): PopenOptions {
  const {
    input,
    captureOutput,
    check: _check,
    timeout: _timeout,
    signal: _signal,
    ...popen
  } = options;
  if (input !== undefined && popen.stdin !== undefined) {
    throw new TypeError("Cannot run a child with both `input` and `stdin`: leave one out");
  }
  if (captureOutput === true && (popen.stdout !== undefined || popen.stderr !== undefined)) {
    throw new TypeError(
      "Cannot run a child with both `captureOutput` and `stdout` or `stderr`: leave one out",
    );
  }
  return {
    ...popen,
    ...(input !== undefined && { stdin: PIPE }),
    ...(captureOutput === true && { stdout: PIPE, stderr: PIPE }),
  };
}

function* returncodeOf(
  running: Wait<CompletedProcess>,
): Generator<Yieldable<never>, number, never> {
  return (yield* running).returncode;
}

function* stdoutOf(running: Wait<CompletedProcess>): Generator<Yieldable<never>, Output, never> {
  return (yield* running).stdout;
}
