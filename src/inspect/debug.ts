import { signalNames } from "../internal/signal-names.ts";
import { watchDelays } from "./delay-watch.ts";
import { recordFibers } from "./fiber-records.ts";
import { watchKills } from "./kill-watch.ts";
import { recordParkSites } from "./park-sites.ts";
import { printRunInfoOnSignal } from "./print-run-info.ts";
import { type Stoppable, stoppable } from "./stoppable.ts";
import { watchWaits } from "./wait-watch.ts";

let users = 0;
let stops: (() => void)[] = [];

/**
 * Debug mode, which `FIBRIL_DEBUG=1` turns on from the start. It reports with its
 * line, once a line: a Wait that was never run (when it is collected, or at the
 * program's end), a kill that was swallowed, and a delay such as `sleep(0.5)`,
 * which is no half second. `runInfo` then knows the age of each fiber and the line
 * in which it waits, and SIGUSR2 prints that. A wait then costs some 3 us more.
 *
 * Of Waits that are one object for all callers, such as `sleep(0)`, a lock's
 * `acquire()` without options or a channel's `receive()`, nobody can tell.
 *
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { debug, runInfo } from "fibril/inspect";
 *
 * spawn(function* main() {
 *   const debugging = debug();
 *   const fiber = spawn(() => sleep(5));
 *   yield* sleep(1);
 *   console.log(runInfo().fibers.find(({ id }) => id === fiber.id)?.age !== undefined); // -> true
 *   debugging.stop();
 * });
 * ```
 */
export function debug(): Stoppable {
  if (users++ === 0) stops = start();
  return stoppable(() => {
    if (--users === 0) for (const stop of stops) stop();
  });
}

function start(): (() => void)[] {
  // Windows has no such signal.
  const printing = signalNames().includes("SIGUSR2") ? [printRunInfoOnSignal().stop] : [];
  const recording = [recordFibers().stop, recordParkSites()];
  return [...recording, watchWaits(), watchDelays(), watchKills(), ...printing];
}
