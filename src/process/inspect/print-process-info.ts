import { appendFileSync } from "node:fs";
import { checkOptions } from "../../fiber/limits.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import { type Stoppable, stoppable } from "../../inspect/stoppable.ts";
import { host } from "../../internal/host.ts";
import { signalNames } from "../../internal/signal-names.ts";
import {
  checkFormat,
  formatProcessInfo,
  type ProcessFormatOptions,
} from "./format-process-info.ts";
import type { ProcessInfo } from "./info-types.ts";
import { type ProcessInfoOptions, processInfo, tellWithin, timeoutOf } from "./process-info.ts";

/** How and where processes are printed. */
export interface ProcessPrintOptions extends ProcessInfoOptions, ProcessFormatOptions {
  /** Adds it to the end of this file. */
  readonly file?: string | undefined;
  /** Writes it to this stream; to standard error if absent. */
  readonly stream?: { write(text: string): unknown } | undefined;
  /** As JSON, all of it in one line. */
  readonly json?: boolean | undefined;
}

/**
 * Prints what this process does and all those below it, to standard error unless
 * told otherwise: a tree, or with `json` one line of JSON.
 *
 * @throws RangeError for a timeout that is no finite time, or a limit that is no number above 0. The
 *   Wait throws what the file system says, if it can't write the `file`.
 * @example
 * ```ts
 * import { printProcessInfo } from "fibril/process";
 *
 * const stream = { write: (text: string) => console.log(text.split(" ")[0]) };
 * await printProcessInfo({ stream }); // -> MainProcess
 * ```
 */
export function printProcessInfo(options: ProcessPrintOptions = {}): Wait<void> {
  checkOptions(options, "print processes");
  checkFormat(options);
  const asked = processInfo({ timeout: options.timeout });
  return script(run, asked, options) as Wait<void>;
}

function* run(
  asked: Wait<ProcessInfo>,
  options: ProcessPrintOptions,
): Generator<Yieldable<never>, void, never> {
  print(yield* asked, options);
}

/**
 * Prints all processes at each delivery of a signal to this one: `kill -USR2 <pid>`
 * shows why a program hangs that has several. It keeps no program alive. While this
 * process computes and lets nobody run, the signal has to wait; another one that does
 * is told of as silent.
 *
 * @throws RangeError for an unknown signal, a timeout that is no finite time, or a limit that is no number above 0.
 * @example
 * ```ts
 * import { printProcessInfoOnSignal } from "fibril/process";
 *
 * const printing = printProcessInfoOnSignal("SIGUSR2", { json: true });
 * printing.stop();
 * ```
 */
export function printProcessInfoOnSignal(
  signal: string = "SIGUSR2",
  options: ProcessPrintOptions = {},
): Stoppable {
  if (!signalNames().includes(signal)) {
    throw new RangeError(`Cannot print on the signal "${signal}": there is none, try "SIGUSR2"`);
  }
  checkFormat(options);
  const millis = timeoutOf(options);
  const tell = () =>
    void tellWithin(millis)
      .then((info) => print(info, options))
      // A disk that is full must not end the program that is looked at.
      .catch((error) => console.error(`Cannot print the processes on ${signal}:`, error));
  host.process.on(signal, tell);
  return stoppable(() => host.process.off(signal, tell));
}

function print(info: ProcessInfo, options: ProcessPrintOptions): void {
  const { file, stream, json } = options;
  const text = json === true ? JSON.stringify(info) : formatProcessInfo(info, options);
  if (file !== undefined) appendFileSync(file, `${text}\n`);
  if (stream !== undefined) stream.write(`${text}\n`);
  if (file === undefined && stream === undefined) console.error(text);
}
