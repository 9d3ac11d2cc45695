/**
 * Groups and pools of fibers.
 *
 * @module
 */
export type { KillAllOptions } from "../fiber/kill.ts";
export type { WaitOptions } from "../fiber/limits.ts";
export type { Wait } from "../fiber/wait.ts";
export { Group } from "../sync/group.ts";
export type { GroupJoinOptions } from "../sync/group-join.ts";
export type { CallbackOptions, Members } from "../sync/group-members.ts";
export type { UseOptions } from "../sync/group-use.ts";
export type { ImapOptions, Results } from "../sync/imap-results.ts";
export { type AddOptions, Pool } from "../sync/pool.ts";
export { PoolFull } from "../sync/pool-full.ts";
