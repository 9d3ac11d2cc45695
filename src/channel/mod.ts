/**
 * Channels between fibers, and the choice among several waits.
 *
 * @module
 */
export type { WaitOptions } from "../fiber/limits.ts";
export type { Wait } from "../fiber/wait.ts";
export { Channel } from "../sync/channel.ts";
export { ChannelClosed } from "../sync/channel-closed.ts";
export { type SelectCase, type Selected, select } from "../sync/select.ts";
