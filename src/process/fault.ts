import { host } from "../internal/host.ts";

/**
 * For tests: `FIBRIL_KILL_AT=ring.written:3` kills this process when it comes to that
 * point for the third time. Gives what to call there, or undefined where nobody asked
 * for it: `this.#atWritten?.()` costs nothing then.
 */
export function killAt(point: string): (() => void) | undefined {
  const [wanted, times = "1"] = host.environment("FIBRIL_KILL_AT")?.split(":") ?? [];
  if (wanted !== point) return undefined;
  let left = Number(times);
  return () => {
    if (--left === 0) host.process.kill(host.process.pid, "SIGKILL");
  };
}
