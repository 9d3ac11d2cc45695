import { liveChildren } from "./live-children.ts";
import type { Process } from "./process.ts";

/**
 * The live children of this process, in the order of their start.
 *
 * multiprocessing: `multiprocessing.active_children`.
 *
 * @example
 * ```ts
 * import { activeChildren, Process } from "fibril/process";
 *
 * if (import.meta.main) {
 *   const child = new Process({ name: "worker", target: () => {} });
 *   child.start();
 *   console.log(activeChildren().map(({ name }) => name)); // -> [ 'worker' ]
 *   await child.join();
 *   console.log(activeChildren().length); // -> 0
 * }
 * ```
 */
export function activeChildren(): Process[] {
  return [...liveChildren] as Process[];
}
