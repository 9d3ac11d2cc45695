/**
 * Events, locks and what else fibers wait for each other with.
 *
 * @module
 */
export type { Wait } from "../fiber/wait.ts";
