/**
 * Seeing what happens: the live fibers, a trace file, metrics.
 *
 * @module
 */
export type { Wait } from "../fiber/wait.ts";
