/**
 * Attributes that every fiber has for itself.
 *
 * @module
 */
export type { Wait } from "../fiber/wait.ts";
