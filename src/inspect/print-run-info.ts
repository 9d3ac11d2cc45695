import { host } from "../internal/host.ts";
import { signalNames } from "../internal/signal-names.ts";
import { type FormatOptions, formatRunInfo } from "./format-run-info.ts";
import { runInfo } from "./run-info.ts";
import { type Stoppable, stoppable } from "./stoppable.ts";

/** How and where a `RunInfo` is printed. */
export interface PrintOptions extends FormatOptions {
  /** Adds it to the end of this file. */
  readonly file?: string | undefined;
  /** Writes it to this stream; to standard error if absent. */
  readonly stream?: { write(text: string): unknown } | undefined;
  /** As JSON, all of it in one line. */
  readonly json?: boolean | undefined;
}

/**
 * Prints the live fibers, to standard error unless told otherwise: a tree, or
 * with `json` one line of JSON.
 *
 * gevent: `gevent.util.print_run_info()`.
 *
 * @throws what the file system says, if it can't write the `file`.
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { printRunInfo } from "fibril/inspect";
 *
 * const stream = { write: (text: string) => console.log(text.includes("nap-1")) };
 * spawn(function* nap() {
 *   yield* sleep(10);
 * });
 * printRunInfo({ stream }); // -> true
 * ```
 */
export function printRunInfo(options: PrintOptions = {}): void {
  const { info = runInfo(), file, stream, json } = options;
  const text = json === true ? JSON.stringify(info) : formatRunInfo({ ...options, info });
  if (file !== undefined) fileSystem().appendFileSync(file, `${text}\n`);
  if (stream !== undefined) stream.write(`${text}\n`);
  if (file === undefined && stream === undefined) console.error(text);
}

/**
 * Prints the live fibers at each delivery of a signal: `kill -USR2 <pid>` shows
 * what a program does that seems to hang. It keeps no program alive, and fibers
 * that nothing can wake are a deadlock as before. While a fiber computes and
 * lets nobody run, the signal has to wait as well.
 *
 * gevent: `signal.signal(signal.SIGUSR2, lambda *_: gevent.util.print_run_info())`.
 *
 * @throws RangeError for an unknown signal.
 * @example
 * ```ts
 * import { printRunInfoOnSignal } from "fibril/inspect";
 *
 * const printing = printRunInfoOnSignal("SIGUSR2", { json: true });
 * printing.stop();
 * ```
 */
export function printRunInfoOnSignal(
  signal: string = "SIGUSR2",
  options: PrintOptions = {},
): Stoppable {
  if (!signalNames().includes(signal)) {
    throw new RangeError(`Cannot print on the signal "${signal}": there is none, try "SIGUSR2"`);
  }
  const print = () => {
    try {
      printRunInfo(options);
    } catch (error) {
      // A disk that is full must not end the program that is looked at.
      console.error(`Cannot print the fibers on ${signal}:`, error);
    }
  };
  host.process.on(signal, print);
  return stoppable(() => host.process.off(signal, print));
}

function fileSystem(): { appendFileSync(file: string, text: string): void } {
  return host.process.getBuiltinModule("node:fs") as ReturnType<typeof fileSystem>;
}
