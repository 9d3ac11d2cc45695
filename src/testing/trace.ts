import type { FiberState } from "../fiber/fiber-state.ts";
import { stopReason } from "../fiber/stop-reason.ts";
import type { TraceEvent } from "../scheduler/trace.ts";
import { addTracer } from "../scheduler/tracers.ts";

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
  if (recording !== undefined)
    throw new Error("Another trace is being recorded: dispose of it first");
  const lines: string[] = [];
  const remove = addTracer((event) => {
    const line = lineOf(event);
    if (line !== undefined) lines.push(line);
  });
  const recorded: Trace = {
    lines,
    [Symbol.dispose]() {
      remove();
      if (recording === recorded) recording = undefined;
    },
  };
  recording = recorded;
  return recorded;
}

let recording: Trace | undefined;

function lineOf({ type, fiber }: TraceEvent): string | undefined {
  if (type !== "stop") return `${type} ${fiber.name}`;
  // Of one that has ended there is a line already.
  return fiber.dead ? undefined : `park ${fiber.name}: ${stopReason(fiber as FiberState)}`;
}
