import { host } from "../internal/host.ts";
import { addTracer } from "../scheduler/tracers.ts";
import { BufferedFile } from "./buffered-file.ts";
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
