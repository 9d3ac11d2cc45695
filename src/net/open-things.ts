import { leakProbes } from "../scheduler/leak-probes.ts";

/** What is open just now, by kind, and its address. */
const open: Map<string, Map<object, string>> = new Map();

/**
 * Counts a thing among those that are open, until the way back is taken: so the
 * leak check of `fibril/testing` can name it, where the host knows at most a number.
 */
export function countOpen(kind: string, thing: object, address: string): () => void {
  const things = open.get(kind) ?? probed(kind);
  things.set(thing, address);
  return () => things.delete(thing);
}

function probed(kind: string): Map<object, string> {
  const things = new Map<object, string>();
  open.set(kind, things);
  leakProbes.set(kind, () => [...things].map(([thing, name]) => ({ thing, name })));
  return things;
}
