import { host } from "../internal/host.ts";
import { hub } from "../scheduler/hub.ts";
import type { TraceEvent } from "../scheduler/trace.ts";
import { addTracer } from "../scheduler/tracers.ts";
import { type Stoppable, stoppable } from "./stoppable.ts";

/** What is known of a fiber while it is recorded. */
export interface FiberRecord {
  /** On the hub's clock; `undefined` if it was there before. */
  readonly spawnedAt: number | undefined;
  /** How often it ran. */
  steps: number;
  /** For how many milliseconds, all steps together. */
  busy: number;
  /** When the step began that it is in. */
  since: number | undefined;
}

/** Weak: a record goes with its fiber. */
const records = new WeakMap<object, FiberRecord>();
let users = 0;
let remove: (() => void) | undefined;

/**
 * From now on `runInfo` knows of each new fiber when it was spawned, how often it
 * ran and for how long. A spawn keeps none of that by itself: a recorded step
 * costs some 200 ns more.
 *
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { recordFibers, runInfo } from "fibril/inspect";
 *
 * spawn(function* main() {
 *   const recording = recordFibers();
 *   const fiber = spawn(() => sleep(50));
 *   yield* sleep(20);
 *   const info = runInfo().fibers.find(({ id }) => id === fiber.id);
 *   console.log(info !== undefined && (info.age ?? 0) >= 20); // -> true
 *   recording.stop();
 * });
 * ```
 */
export function recordFibers(): Stoppable {
  if (users++ === 0) {
    for (const fiber of hub.roster) addRecord(fiber, undefined);
    remove = addTracer(record);
  }
  return stoppable(() => {
    if (--users === 0) remove?.();
  });
}

export function recordOf(fiber: object): FiberRecord | undefined {
  return records.get(fiber);
}

function addRecord(fiber: object, spawnedAt: number | undefined): FiberRecord {
  const made = { spawnedAt, steps: 0, busy: 0, since: undefined };
  records.set(fiber, made);
  return made;
}

function record({ type, fiber }: TraceEvent): void {
  const known = records.get(fiber) ?? addRecord(fiber, hub.timers.now());
  if (type === "run") known.since ??= host.now();
  if (type !== "stop" || known.since === undefined) return;
  known.busy += host.now() - known.since;
  known.since = undefined;
  known.steps++;
}
