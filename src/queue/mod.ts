/**
 * Queues between fibers.
 *
 * @module
 */
export type { Wait } from "../fiber/wait.ts";
