/**
 * The names of Python's threading, on fibers.
 *
 * @module
 */
export type { Wait } from "../fiber/wait.ts";
