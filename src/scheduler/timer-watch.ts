import { hub } from "./hub.ts";
import type { Timer, Timers } from "./timers.ts";

/** Told of a timer that was started, and of its delay in milliseconds. */
export type TimerListener = (timer: Timer, delay: number) => void;

const listeners = new Set<TimerListener>();

/**
 * Tells `listener` of every timer that is started from now on; gives the way
 * back. Timers have no hook, since every sleep would pay for it: while somebody
 * listens, their `start` is replaced.
 */
export function watchTimers(listener: TimerListener): () => void {
  if (listeners.size === 0) replaceStart();
  listeners.add(listener);
  return () => {
    if (listeners.delete(listener) && listeners.size === 0) prototype.start = start;
  };
}

/** Of the copy of fibril that made the hub. */
const prototype: Timers = Object.getPrototypeOf(hub.timers);
const { start } = prototype;

function replaceStart(): void {
  prototype.start = function watchedStart(timer, delay, keepsAlive) {
    start.call(this, timer, delay, keepsAlive);
    for (const listener of listeners) listener(timer, delay);
  };
}
