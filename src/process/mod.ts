/**
 * Functions in operating-system processes of their own: Python's multiprocessing.
 *
 * @module
 */

export { activeChildren } from "./active-children.ts";
export { UnsendableError } from "./codec/unsendable.ts";
export { cpuCount } from "./cpu-count.ts";
export { currentProcess } from "./current-process.ts";
export { freezeSupport } from "./freeze-support.ts";
export { type ClassFunctions, register, task } from "./naming/register.ts";
export { type ParentProcess, parentProcess } from "./parent-process.ts";
export { Process, type ProcessOptions } from "./process.ts";
export { ProcessError } from "./process-error.ts";
export { prewarm } from "./spares.ts";
