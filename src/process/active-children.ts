import { liveChildren } from "./live-children.ts";
import type { Process } from "./process.ts";

/**
 * The live children of this process, in the order of their start.
 *
 * multiprocessing: `multiprocessing.active_children`.
 */
export function activeChildren(): Process[] {
  return [...liveChildren] as Process[];
}
