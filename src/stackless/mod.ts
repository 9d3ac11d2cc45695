/**
 * The names of Stackless Python, on fibers.
 *
 * @module
 */
export type { Wait } from "../fiber/wait.ts";
