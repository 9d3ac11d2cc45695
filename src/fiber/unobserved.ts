import { host } from "../internal/host.ts";
import type { FiberState } from "./fiber-state.ts";
import { OBSERVED } from "./fiber-state.ts";

/**
 * How long a failure may stay unseen: shorter would blame those who collect
 * results in a later step, longer would leave a server's log behind.
 */
const REPORT_AFTER_MS = 1000;

/** Those that failed unseen, and when; the oldest first. */
const waiting = new Map<FiberState, number>();
const reported = new WeakSet<object>();
let timer: ReturnType<typeof host.setTimer> | undefined;

/** Reports the failure of `fiber` unless somebody looks at it in time. */
export function watchUnobserved(fiber: FiberState): void {
  waiting.set(fiber, host.now());
  if (timer === undefined) arm(REPORT_AFTER_MS);
}

function arm(delay: number): void {
  timer = host.setTimer(reportDue, delay);
  timer.unref();
}

/** One timer serves all; each failure has its whole time to be seen. */
function reportDue(): void {
  timer = undefined;
  for (const [fiber, failedAt] of waiting) {
    const left = failedAt + REPORT_AFTER_MS - host.now();
    if (left > 0) return arm(Math.ceil(left));
    waiting.delete(fiber);
    if ((fiber.flags & OBSERVED) === 0) report(fiber);
  }
}

/** Reports at once what nobody has seen so far: when the program ends. */
export function reportUnobserved(): void {
  const fibers = [...waiting.keys()];
  waiting.clear();
  for (const fiber of fibers) {
    if ((fiber.flags & OBSERVED) === 0) report(fiber);
  }
}

/** Once an error: a deadlock strikes many fibers with the same one. */
function report(fiber: FiberState): void {
  host.process.exitCode ||= 1;
  const error = fiber.failure?.error;
  if (typeof error === "object" && error !== null) {
    if (reported.has(error)) return;
    reported.add(error);
  }
  const site = fiber.spawnSite === undefined ? "" : `, spawned at ${fiber.spawnSite}`;
  console.error(`Fiber "${fiber.name}"${site}, failed and nobody looked:`, error);
}
