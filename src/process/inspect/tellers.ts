import type {
  PipeInfo,
  PoolInfo,
  ProcessInfo,
  ProcessKind,
  QueueInfo,
  ServerInfo,
  SharedObjectInfo,
} from "./info-types.ts";
import type { Answer, Question } from "./messages.ts";

/**
 * What parts of a process tell of themselves when somebody asks. Each is there once
 * its part is loaded: so who asks loads none that is not in use.
 */
export interface Tellers {
  children?: () => Iterable<Askable>;
  /** Those of the children that ended last. */
  ended?: () => readonly ProcessInfo[];
  /** What a process holds and waits for, in the memory that this one shares. */
  objects?: (pid: number) => Promise<readonly SharedObjectInfo[]>;
  /** The same, in memory that this process holds for others, who can't look at it themselves. */
  brokered?: (pid: number) => Promise<readonly SharedObjectInfo[]>;
  queues?: () => readonly QueueInfo[];
  pipes?: () => readonly PipeInfo[];
  pools?: () => readonly PoolInfo[];
  servers?: () => readonly ServerInfo[];
}

/** Who a child is. */
export interface Role {
  readonly name: string;
  readonly kind: ProcessKind;
  readonly daemon: boolean;
}

/** A child that can be asked. */
export interface Askable {
  readonly pid: number;
  /** Absent of a spare one. */
  readonly role: Role | undefined;
  /** Whether it has been told what to do, and whether it still takes messages. */
  readonly isTold: boolean;
  readonly isConnected: boolean;
  ask(question: Question): void;
  /** Calls `told` with each answer, and `ended` with the exit code; gives the way back. */
  hear(told: (answer: Answer) => void, ended: (exitcode: number) => void): () => void;
}
