import type { RunInfo } from "../../inspect/run-info.ts";

/** A process, as others know it. */
export interface ProcessRef {
  readonly pid: number;
  readonly name: string;
}

/** What a process is there for. */
export type ProcessKind = "main" | "process" | "pool worker" | "manager" | "spare";

/**
 * How it is: `starting` until it has been told what to do, `silent` if it did not
 * answer in time, `ending` when it takes no questions any more, `ended`.
 */
export type ProcessStatus = "running" | "starting" | "silent" | "ending" | "ended";

/** A process of a program and those below it. Nothing in it is lost in JSON. */
export interface ProcessInfo extends ProcessRef {
  readonly kind: ProcessKind;
  readonly status: ProcessStatus;
  readonly daemon: boolean;
  /** Of one that has ended. */
  readonly exitcode?: number;
  /** Of one that is silent: what the operating system says that it does, such as `stopped`. */
  readonly doing?: string;
  /** Its fibers, as `runInfo` gives them; absent where there never was one, and unknown of those that did not answer. */
  readonly run?: RunInfo;
  /** The shared objects that its fibers hold or wait for. */
  readonly objects: readonly SharedObjectInfo[];
  /** The queues that it has, and its ends of pipes. */
  readonly queues: readonly QueueInfo[];
  readonly pipes: readonly PipeInfo[];
  /** Its pools and executors. */
  readonly pools: readonly PoolInfo[];
  /** The servers of managers in it. */
  readonly servers: readonly ServerInfo[];
  /** In the order of their start; those that have ended, the last of them, come first. */
  readonly children: readonly ProcessInfo[];
}

export type SharedObjectType =
  | "lock"
  | "rlock"
  | "latch"
  | "semaphore"
  | "event"
  | "condition"
  | "barrier";

/** A lock or the like between processes. */
export interface SharedObjectInfo {
  /** As in what fibers wait for: `lock#212`. */
  readonly name: string;
  readonly type: SharedObjectType;
  /** In which of the program's arenas it lies: where there are several, two objects may have one name. */
  readonly arena: string;
  /** Who holds a lock. */
  readonly holder?: HolderInfo;
  /** Of a lock: the one who held it before ended without a release. */
  readonly abandoned?: boolean;
  /** In words, what it is: `2 of 3 free`, `not set`, `1 of 2 are there`. */
  readonly state?: string;
  /** In which fibers wait for it. */
  readonly waiting: readonly ProcessRef[];
}

/** Who holds a lock. */
export interface HolderInfo extends ProcessRef {
  /** The id of its fiber there, and its name if that process told it; absent for code outside of fibers. */
  readonly fiber?: number;
  readonly fiberName?: string;
}

/** A queue between processes. */
export interface QueueInfo {
  readonly name: string;
  readonly arena: string;
  /** How many items are in it, and how many it takes; 0: as many as come. */
  readonly size: number;
  readonly maxsize: number;
  readonly isShutdown: boolean;
  /** How many items were put and not reported as done. */
  readonly unfinished: number;
  /** In which fibers wait in `get`, `put` and `join`. */
  readonly getting: readonly ProcessRef[];
  readonly putting: readonly ProcessRef[];
  readonly joining: readonly ProcessRef[];
}

/** An end of a pipe. */
export interface PipeInfo {
  /** The same at both ends. */
  readonly name: string;
  readonly arena: string;
  /** The one that `Pipe` gave first, or the other. */
  readonly end: 1 | 2;
  /** How many messages can be received here, and how many were sent and not received there. */
  readonly incoming: number;
  readonly outgoing: number;
  /** In which somebody waits to receive here, or to send. */
  readonly receiving: readonly ProcessRef[];
  readonly sending: readonly ProcessRef[];
  /** Who has the other end open. */
  readonly others: readonly ProcessRef[];
}

/** A Pool or a ProcessPoolExecutor. */
export interface PoolInfo {
  readonly kind: "pool" | "executor";
  readonly state: "open" | "closed" | "terminated" | "broken";
  /** How many workers it is to have. */
  readonly processes: number;
  /** How much was submitted and not given to a worker: tasks, and maps of which something is left. */
  readonly waiting: number;
  readonly workers: readonly WorkerInfo[];
}

/** A worker of a pool. */
export interface WorkerInfo extends ProcessRef {
  readonly state: "starting" | "ready" | "leaving" | "dead";
  readonly tasks: readonly TaskInfo[];
}

/** A task that a worker was given. */
export interface TaskInfo {
  readonly id: number;
  /** Such as `download("a")`. */
  readonly call: string;
  /** Whether the worker is at it. */
  readonly hasBegun: boolean;
}

/** A server of a manager. */
export interface ServerInfo {
  readonly address: string;
  readonly objects: number;
  readonly clients: number;
  /** The locks of it that are held. */
  readonly locks: readonly HeldInfo[];
}

/** A lock of a manager, and who holds it. */
export interface HeldInfo {
  /** As in what its clients wait for: `Lock#3`. */
  readonly name: string;
  readonly holder: ProcessRef;
}
