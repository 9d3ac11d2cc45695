/**
 * Groups and pools of fibers.
 *
 * @module
 */
export type { Wait } from "../fiber/wait.ts";
