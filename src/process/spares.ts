import { show } from "../fiber/body.ts";
import { Child } from "./child-process.ts";
import { refuseChildren } from "./refuse-children.ts";

interface Spare {
  readonly child: Child;
  /** What it took from its parent when it was started. */
  readonly surroundings: string;
}

const spares: Spare[] = [];
let wanted = 0;

/**
 * Keeps `n` child processes ready, so that a Process starts several times as fast;
 * each that is used is replaced. They do not keep the program alive; 0 ends them.
 *
 * multiprocessing: `set_forkserver_preload` serves the same end.
 *
 * @throws RangeError unless `n` is an integer >= 0, ProcessError where no process may be started.
 *
 * @example
 * ```ts
 * import { prewarm, Process } from "fibril/process";
 *
 * if (import.meta.main) {
 *   prewarm(1);
 *   const child = new Process({ target: () => console.log("hello") }); // -> hello
 *   child.start();
 *   await child.join();
 * }
 * ```
 */
export function prewarm(n = 1): void {
  if (!Number.isInteger(n) || n < 0) {
    throw new RangeError(`Cannot keep ${show(n)} processes ready: pass an integer >= 0`);
  }
  refuseChildren("keep processes ready");
  wanted = n;
  for (const { child } of spares.splice(n)) child.signal("SIGTERM");
  refill();
}

/** A child that waits for its work: a spare one if there is one. */
export function takeChild(): Child {
  const spare = spares.length === 0 ? undefined : takeSpare();
  if (wanted > 0) setImmediate(refill);
  if (spare === undefined) return new Child();
  spare.lift(1);
  return spare;
}

/** One that has the folder and the environment that a new one would have; others are of no use any more. */
function takeSpare(): Child | undefined {
  const now = surroundings();
  for (let spare = spares.shift(); spare !== undefined; spare = spares.shift()) {
    if (spare.child.isAlive && spare.surroundings === now) return spare.child;
    spare.child.signal("SIGTERM");
  }
  return undefined;
}

function refill(): void {
  while (spares.length < wanted) {
    const child = new Child();
    child.lift(-1);
    spares.push({ child, surroundings: surroundings() });
  }
}

/** Sorted: Deno gives the environment in another order each time. */
function surroundings(): string {
  return JSON.stringify([process.cwd(), Object.entries(process.env).sort()]);
}
