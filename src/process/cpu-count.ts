import { availableParallelism } from "node:os";

/**
 * How many processes can run at the same time: the cores that this one may use.
 *
 * multiprocessing: `multiprocessing.cpu_count`; it heeds the affinity, as `os.process_cpu_count` does.
 *
 * @example
 * ```ts
 * import { cpuCount } from "fibril/process";
 *
 * console.log(cpuCount() >= 1); // -> true
 * ```
 */
export function cpuCount(): number {
  return availableParallelism();
}
