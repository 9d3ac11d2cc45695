/** Where a fiber is in its life. A plain number: the driver branches on it at every step. */
export type State = number;

/** Queued, its body not yet begun. */
export const NEW = 0;
/** Queued: the op that it stopped at takes its result from the inbox. */
export const READY = 1;
/** Queued: the inbox itself is what `yield*` gives, as for a foreign Effect. */
export const VALUED = 2;
/** Queued: what is in the inbox is thrown at its `yield*`. */
export const STRUCK = 3;
/** Queued, to be ended by `return()`: it swallowed too many kills. */
export const FORCED = 4;
/** In its step, which asked for a switch to another greenlet: the driver makes it. */
export const SWITCHING = 5;
/** In its step. */
export const RUNNING = 6;
/** Waiting; `park` says for what. */
export const PARKED = 7;
/** The body is over, what it forked is still being interrupted. */
export const ENDING = 8;
export const DONE = 9;

/** What a resumed op is sent; never `undefined`, so an op can tell it from its first call. */
export const RESUME: object = {};

/** Marks every Wait, whichever copy of fibril made it. */
export const WAIT = "~fibril/Wait";

/** Marks every Fiber, whichever copy of fibril made it. */
export const FIBER = "~fibril/Fiber";

/** Whether it is a Fiber, of this copy of fibril or another. */
export function isFiber(value: unknown): boolean {
  return typeof value === "object" && value !== null && FIBER in value;
}
