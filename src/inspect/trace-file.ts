import { host } from "../internal/host.ts";
import { addTracer } from "../scheduler/tracers.ts";
import { type Stoppable, stoppable } from "./stoppable.ts";
import { TraceRecorder } from "./trace-recorder.ts";

/**
 * Records what every fiber does, until `stop`, as Chrome trace events for
 * Perfetto (ui.perfetto.dev): a track for each fiber with slices for running and
 * for what it waited for, arrows from spawn to start, kills and timeouts, and how
 * many fibers live and are ready. `write` gets the JSON in pieces; it must not throw.
 *
 * gevent: `greenlet.settrace`, without a picture.
 *
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { startTrace } from "fibril/inspect";
 *
 * async function main() {
 *   let json = "";
 *   const trace = startTrace((text) => {
 *     json += text;
 *   });
 *   await spawn({ name: "nap" }, () => sleep(1));
 *   trace.stop();
 *   const names = JSON.parse(json).map((event: { name: string }) => event.name);
 *   console.log(names.includes("sleep(1ms)"), names.includes("end: success")); // -> true true
 * }
 * void main();
 * ```
 */
export function startTrace(write: (text: string) => void): Stoppable {
  const recorder = new TraceRecorder(write);
  const remove = addTracer(recorder.record);
  return stoppable(() => {
    remove();
    recorder.close();
  });
}

/** What is kept before it is written: more saves little, less costs a write for a few events. */
const BUFFER_CHARACTERS = 65_536;

/** What a program that is ended by force may lose of its last moments. */
const LONGEST_KEPT_MS = 100;

/**
 * As `startTrace`, into a file: open it at ui.perfetto.dev. It is completed by
 * `stop` or when the program ends; if that is ended by force, the file ends in
 * the middle of its array, which the format allows.
 *
 * @throws what the file system says, if it can't write there; at the call.
 * @example
 * ```ts
 * import { rmSync } from "node:fs";
 * import { sleep, spawn } from "fibril";
 * import { traceFile } from "fibril/inspect";
 *
 * async function main() {
 *   const trace = traceFile("fibril-example.json");
 *   await spawn(() => sleep(1));
 *   trace.stop();
 *   rmSync("fibril-example.json");
 * }
 * void main();
 * ```
 */
export function traceFile(path: string | URL): Stoppable {
  const file = new BufferedFile(path);
  const trace = startTrace((text) => file.write(text));
  const running = stoppable(() => {
    host.process.off("exit", running.stop);
    trace.stop();
    file.close();
  });
  host.process.on("exit", running.stop);
  return running;
}

/** Writes in large pieces, each made of whole events. */
class BufferedFile {
  readonly #system = host.process.getBuiltinModule("node:fs") as FileSystem;
  readonly #path: string | URL;
  readonly #file: number;
  #kept: string[] = [];
  #size = 0;
  #timer: ReturnType<typeof host.setTimer> | undefined;
  #isBroken = false;

  constructor(path: string | URL) {
    this.#path = path;
    this.#file = this.#system.openSync(path, "w");
  }

  write(text: string): void {
    this.#kept.push(text);
    this.#size += text.length;
    if (this.#size >= BUFFER_CHARACTERS) this.#flush();
    else if (this.#timer === undefined) {
      this.#timer = host.setTimer(() => this.#flush(), LONGEST_KEPT_MS);
      this.#timer.unref();
    }
  }

  close(): void {
    this.#flush();
    this.#system.closeSync(this.#file);
  }

  #flush(): void {
    if (this.#timer !== undefined) host.clearTimer(this.#timer);
    this.#timer = undefined;
    const text = this.#kept.join("");
    this.#kept = [];
    this.#size = 0;
    if (this.#isBroken) return;
    try {
      this.#system.writeSync(this.#file, text);
    } catch (error) {
      // A disk that is full must not end the program that is looked at.
      this.#isBroken = true;
      console.error(`Cannot go on with the trace file "${this.#path}":`, error);
    }
  }
}

interface FileSystem {
  openSync(path: string | URL, flags: "w"): number;
  writeSync(file: number, text: string): void;
  closeSync(file: number): void;
}
