/**
 * Attributes that every fiber has for itself.
 *
 * @module
 */
export { Local, type LocalConstructor } from "../sync/local.ts";
