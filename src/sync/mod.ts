/**
 * Events, locks and what else fibers wait for each other with.
 *
 * @module
 */
export type { WaitOptions } from "../fiber/limits.ts";
export type { Wait } from "../fiber/wait.ts";
export { AsyncResult, type Settleable } from "./async-result.ts";
export { Barrier, type BarrierOptions } from "./barrier.ts";
export { BoundedSemaphore } from "./bounded-semaphore.ts";
export { BrokenBarrierError } from "./broken-barrier-error.ts";
export { Condition } from "./condition.ts";
export { Event } from "./event.ts";
export type { LockOptions } from "./gate.ts";
export { InvalidStateError } from "./invalid-state-error.ts";
export type { RawLink } from "./links.ts";
export { Lock } from "./lock.ts";
export type { AcquireOptions, Lockable } from "./lockable.ts";
export { RLock } from "./rlock.ts";
export { Semaphore } from "./semaphore.ts";
