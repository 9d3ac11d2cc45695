/**
 * Greenlets: stacks inside a fiber that switch to each other by name.
 *
 * @module
 */
export { Greenlet, type GreenletBody, getCurrent, greenlet } from "../fiber/greenlet.ts";
export { GreenletExit } from "../fiber/greenlet-exit.ts";
export { type GreenletTrace, setTrace } from "../fiber/greenlet-trace.ts";
export { InvalidSwitch } from "../fiber/invalid-switch.ts";
export type { Wait } from "../fiber/wait.ts";
