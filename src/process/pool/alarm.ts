import { hub } from "../../scheduler/hub.ts";
import { Alarm } from "../../scheduler/timers.ts";

/** Calls `ring` after so many milliseconds, until when the program goes on. */
export function startAlarm(millis: number, ring: () => void): { stop(): void } {
  const alarm = new Alarm(ring);
  hub.timers.start(alarm, millis, true);
  return { stop: () => hub.timers.stop(alarm) };
}
