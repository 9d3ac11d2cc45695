import { hub } from "../scheduler/hub.ts";
import type { TraceEvent } from "../scheduler/trace.ts";

/** A trace that is being recorded. */
export interface Trace {
  /** One line an event, such as `run worker-1` and `park worker-1: sleep(1s)`. */
  readonly lines: readonly string[];
  /** Ends the recording. */
  [Symbol.dispose](): void;
}

/**
 * Records what every fiber does from now on: tests compare the lines instead of
 * elapsed time. One trace at a time.
 *
 * greenlet: `greenlet.settrace`.
 *
 * @throws Error while another trace is recorded.
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { trace } from "fibril/testing";
 *
 * async function main() {
 *   const recorded = trace();
 *   await spawn({ name: "a" }, () => 1);
 *   recorded[Symbol.dispose]();
 *   console.log(recorded.lines.includes("end a")); // -> true
 * }
 * void main();
 * ```
 */
export function trace(): Trace {
  if (hub.tracer !== undefined)
    throw new Error("Another trace is being recorded: dispose of it first");
  const lines: string[] = [];
  hub.tracer = (event) => lines.push(lineOf(event));
  return {
    lines,
    [Symbol.dispose]() {
      hub.tracer = undefined;
    },
  };
}

function lineOf(event: TraceEvent): string {
  const { name } = event.fiber as { readonly name: string };
  return event.type === "park" ? `park ${name}: ${event.reason}` : `${event.type} ${name}`;
}
