import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = () => void;

const globals = globalThis as { readonly gc?: Collect; readonly Bun?: { gc(sync: boolean): void } };

/** Collects all garbage now, on each runtime. */
export const collectGarbage: Collect = findCollector();

function findCollector(): Collect {
  const { gc, Bun } = globals;
  if (gc !== undefined) return () => gc();
  if (Bun !== undefined) return () => Bun.gc(true);
  // Deno passes no V8 flag on to a fork; one set now holds for contexts made from now on.
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as Collect;
}
