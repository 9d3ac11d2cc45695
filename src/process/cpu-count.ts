import { availableParallelism } from "node:os";

/**
 * How many processes can run at the same time: the cores that this one may use.
 *
 * multiprocessing: `multiprocessing.cpu_count`; it heeds the affinity, as `os.process_cpu_count` does.
 */
export function cpuCount(): number {
  return availableParallelism();
}
