import { hub } from "../scheduler/hub.ts";

/** Calls `abort` when the signal aborts; gives the way back. While it listens, nothing is a deadlock. */
export function onAbort(signal: AbortSignal, abort: () => void): () => void {
  hub.signals++;
  signal.addEventListener("abort", abort);
  return () => {
    hub.signals--;
    signal.removeEventListener("abort", abort);
  };
}
