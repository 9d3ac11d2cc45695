import { BUSY } from "../ring/flow.ts";

/** Longer than the system keeps a process off the processor that is about to let go. */
const NAPS = 50;
const NAP_MS = 1;

let asleep: Int32Array | undefined;

/**
 * What `attempt` gives, for callers that can't wait in line. While another process is at
 * it all of this one sleeps: that takes microseconds, and longer only if that is stopped.
 */
export function patiently<A>(attempt: () => A): A {
  for (let naps = 0; naps < NAPS; naps++) {
    const value = attempt();
    if (value !== BUSY) return value;
    asleep ??= new Int32Array(new SharedArrayBuffer(4));
    Atomics.wait(asleep, 0, 0, NAP_MS);
  }
  return attempt();
}
