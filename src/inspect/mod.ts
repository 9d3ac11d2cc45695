/**
 * Seeing what happens: the live fibers, a trace file, metrics, debug mode.
 *
 * @module
 */
export { debug } from "./debug.ts";
export { recordFibers } from "./fiber-records.ts";
export { type FormatOptions, formatRunInfo } from "./format-run-info.ts";
export { type Metrics, type MetricsOptions, metrics, startMetrics } from "./metrics.ts";
export { type PrintOptions, printRunInfo, printRunInfoOnSignal } from "./print-run-info.ts";
export { type FiberInfo, type RunInfo, runInfo } from "./run-info.ts";
export type { Stoppable } from "./stoppable.ts";
export { startTrace, traceFile } from "./trace-file.ts";
