/**
 * Sockets, and servers with a fiber for each connection.
 *
 * @module
 */
export type { Wait } from "../fiber/wait.ts";
