/**
 * Functions in operating-system processes of their own: Python's multiprocessing.
 *
 * @module
 */

import "./own-errors.ts";

export { Timeout as TimeoutError } from "../fiber/timeout.ts";
export type { FiberInfo, RunInfo } from "../inspect/run-info.ts";
export type { Stoppable } from "../inspect/stoppable.ts";
export { BrokenPipeError } from "../net/os-errors.ts";
export { SocketError } from "../net/socket-error.ts";
export type { BarrierOptions } from "../sync/barrier.ts";
export { BrokenBarrierError } from "../sync/broken-barrier-error.ts";
export type { AcquireOptions } from "../sync/lockable.ts";
export { Empty, Full, ShutDown } from "../sync/queue-errors.ts";
export type { QueueWaitOptions } from "../sync/queue-waits.ts";
export { activeChildren } from "./active-children.ts";
export { UnsendableError } from "./codec/unsendable.ts";
export { Client, type ClientOptions } from "./connection/client.ts";
export { type BytesLike, Connection, type PollOptions } from "./connection/connection.ts";
export { AuthenticationError, BufferTooShort, EOFError } from "./connection/connection-errors.ts";
export { Listener, type ListenerOptions } from "./connection/listener.ts";
export type { PeerAddress } from "./connection/peer-address.ts";
export { type Waited, wait } from "./connection/wait.ts";
export { cpuCount } from "./cpu-count.ts";
export { currentProcess } from "./current-process.ts";
export { freezeSupport } from "./freeze-support.ts";
export {
  formatProcessInfo,
  type ProcessFormatOptions,
} from "./inspect/format-process-info.ts";
export type {
  HeldInfo,
  HolderInfo,
  PipeInfo,
  PoolInfo,
  ProcessInfo,
  ProcessKind,
  ProcessRef,
  ProcessStatus,
  QueueInfo,
  ServerInfo,
  SharedObjectInfo,
  SharedObjectType,
  TaskInfo,
  WorkerInfo,
} from "./inspect/info-types.ts";
export {
  type ProcessPrintOptions,
  printProcessInfo,
  printProcessInfoOnSignal,
} from "./inspect/print-process-info.ts";
export { type ProcessInfoOptions, processInfo } from "./inspect/process-info.ts";
export type { LogHandler, LogRecord } from "./logging/log.ts";
export { getLogger, Logger, type LogLevel, logToStderr } from "./logging/logger.ts";
export { BaseManager, type ManagerOptions } from "./manager/base-manager.ts";
export { Manager, SyncManager } from "./manager/manager.ts";
export { Proxied } from "./manager/proxied.ts";
export { ArrayProxy } from "./manager/proxies/array-proxy.ts";
export { AsyncResultProxy } from "./manager/proxies/async-result-proxy.ts";
export { BarrierProxy } from "./manager/proxies/barrier-proxy.ts";
export { ConditionProxy } from "./manager/proxies/condition-proxy.ts";
export type { ProxyOf } from "./manager/proxies/custom-proxy.ts";
export { DictProxy } from "./manager/proxies/dict-proxy.ts";
export { EventProxy } from "./manager/proxies/event-proxy.ts";
export { IteratorProxy } from "./manager/proxies/iterator-proxy.ts";
export { ListProxy } from "./manager/proxies/list-proxy.ts";
export { LockProxy, SemaphoreProxy } from "./manager/proxies/lock-proxy.ts";
export { type Attributes, NamespaceProxy } from "./manager/proxies/namespace-proxy.ts";
export { PoolProxy } from "./manager/proxies/pool-proxy.ts";
export { QueueProxy } from "./manager/proxies/queue-proxy.ts";
export { SetProxy } from "./manager/proxies/set-proxy.ts";
export { ValueProxy } from "./manager/proxies/value-proxy.ts";
export type { RegisterOptions } from "./manager/registry.ts";
export { ManagerServer } from "./manager/server/server.ts";
export { type AtomicCode, AtomicValue } from "./memory/atomic-value.ts";
export type { GuardOptions } from "./memory/guard.ts";
export { MemoryNameError } from "./memory/memory-name-error.ts";
export { RawArray } from "./memory/raw-array.ts";
export { RawValue } from "./memory/raw-value.ts";
export {
  type ListItem,
  ShareableList,
  type ShareableListOptions,
} from "./memory/shareable-list.ts";
export { SharedArray } from "./memory/shared-array.ts";
export { SharedMemory, type SharedMemoryOptions } from "./memory/shared-memory.ts";
export type { ItemOf, LongCode, Typecode, ViewOf } from "./memory/typecodes.ts";
export { Value } from "./memory/value.ts";
export { type ClassFunctions, register, task } from "./naming/register.ts";
export { type ParentProcess, parentProcess } from "./parent-process.ts";
export { AsyncResult } from "./pool/async-result.ts";
export { BrokenProcessPool } from "./pool/broken-process-pool.ts";
export { CancelledError } from "./pool/cancelled-error.ts";
export {
  type ExecutorMapOptions,
  type ExecutorOptions,
  ProcessPoolExecutor,
  type ShutdownOptions,
} from "./pool/executor.ts";
export { Future } from "./pool/future.ts";
export type { PoolResults } from "./pool/imap.ts";
export { MaybeEncodingError } from "./pool/maybe-encoding-error.ts";
export { Pool } from "./pool/pool.ts";
export { RemoteTraceback } from "./pool/remote-traceback.ts";
export type { PoolOptions } from "./pool/settings.ts";
export type {
  CallbackOptions,
  ImapOptions,
  MapOptions,
  TaskOptions,
} from "./pool/task-options.ts";
export { WorkerDied } from "./pool/worker-died.ts";
export { Process, type ProcessOptions } from "./process.ts";
export { ProcessError } from "./process-error.ts";
export { JoinableQueue } from "./queue/joinable-queue.ts";
export { Queue } from "./queue/queue.ts";
export { SimpleQueue } from "./queue/simple-queue.ts";
export { Pipe, type PipeOptions } from "./ring/pipe.ts";
export {
  SharedMemoryFull,
  SharedMemoryGone,
  SharedMemoryUnavailable,
} from "./shm/shared-memory-errors.ts";
export { prewarm } from "./spares.ts";
export { Barrier } from "./sync/barrier.ts";
export { BoundedSemaphore } from "./sync/bounded-semaphore.ts";
export { Condition } from "./sync/condition.ts";
export { Event } from "./sync/event.ts";
export { Lock } from "./sync/lock.ts";
export { RLock } from "./sync/rlock.ts";
export { Semaphore } from "./sync/semaphore.ts";
