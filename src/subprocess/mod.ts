/**
 * Child processes that a fiber waits for.
 *
 * @module
 */
export type { Wait } from "../fiber/wait.ts";
