/**
 * The names of Python's threading, on fibers: one core, switched where a thread
 * waits.
 *
 * @module
 */
export {
  activeCount,
  currentThread,
  enumerate,
  getIdent,
  mainThread,
} from "../faces/threading/current-thread.ts";
export {
  type ExceptHook,
  type ExceptHookArgs,
  excepthook,
  setExcepthook,
} from "../faces/threading/excepthook.ts";
export { exit, SystemExit } from "../faces/threading/exit.ts";
export { startNewThread } from "../faces/threading/start-new-thread.ts";
export { Thread, type ThreadOptions } from "../faces/threading/thread.ts";
export { ThreadError } from "../faces/threading/thread-error.ts";
export { Timer, type TimerOptions } from "../faces/threading/timer.ts";
export type { WaitOptions } from "../fiber/limits.ts";
export type { Wait } from "../fiber/wait.ts";
export { Barrier, type BarrierOptions } from "../sync/barrier.ts";
export { BoundedSemaphore } from "../sync/bounded-semaphore.ts";
export { BrokenBarrierError } from "../sync/broken-barrier-error.ts";
export { Condition } from "../sync/condition.ts";
export { Event } from "../sync/event.ts";
export type { LockOptions } from "../sync/gate.ts";
export { Local as local } from "../sync/local.ts";
export { Lock } from "../sync/lock.ts";
export type { AcquireOptions } from "../sync/lockable.ts";
export { RLock } from "../sync/rlock.ts";
export { Semaphore } from "../sync/semaphore.ts";
