/**
 * Waiting for several sockets at once.
 *
 * @module
 */
export type { Wait } from "../fiber/wait.ts";
