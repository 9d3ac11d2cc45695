import { hub } from "./hub.ts";
import type { Tracer } from "./trace.ts";

/** The hub has one hook: this tracer serves all who listen, also those of another copy of fibril. */
interface Tracers extends Tracer {
  readonly listeners: Set<Tracer>;
}

/** Tells `listener` of every step from now on; gives the way back. */
export function addTracer(listener: Tracer): () => void {
  const tracers = (hub.tracer as Tracers | undefined) ?? install();
  tracers.listeners.add(listener);
  return () => {
    tracers.listeners.delete(listener);
    // With nobody to tell, a step pays nothing again.
    if (tracers.listeners.size === 0 && hub.tracer === tracers) hub.tracer = undefined;
  };
}

function install(): Tracers {
  const listeners = new Set<Tracer>();
  const tracer: Tracer = (event) => {
    for (const listener of listeners) listener(event);
  };
  const tracers = Object.assign(tracer, { listeners });
  hub.tracer = tracers;
  return tracers;
}
