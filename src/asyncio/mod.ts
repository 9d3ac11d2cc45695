/**
 * The names of Python's asyncio, on fibers.
 *
 * @module
 */
export type { Wait } from "../fiber/wait.ts";
