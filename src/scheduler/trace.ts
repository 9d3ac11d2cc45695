import type { Runnable } from "./task.ts";

/**
 * What a trace hook is told of a fiber: it was spawned; a step of it begins, or
 * goes on after a call or an Effect that ended at once; its step is over, and it
 * parked, is queued again or has ended; it has ended. Guests and the fibers of
 * links are not spawned: their first step is the first that is told of them.
 */
export interface TraceEvent {
  readonly type: "spawn" | "run" | "stop" | "end";
  readonly fiber: Runnable;
}

/**
 * Called synchronously at every step; must neither throw nor wait. Without a
 * hook a step pays one comparison.
 */
export type Tracer = (event: TraceEvent) => void;

/** Told of a switch from one greenlet to another, in the other; may throw into it. */
export type SwitchTracer = (event: "switch" | "throw", origin: object, target: object) => void;
