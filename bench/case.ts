/** What a case is: one workload, written once for fibril and once for each of its peers. */

/** Whose program runs: each has processes of its own, so that one's heap can't disturb the other. */
export type Side = "fibril" | "effect" | "promise";

export const sides: readonly Side[] = ["fibril", "effect", "promise"];

/** Does the workload `count` times over and ends. */
export type Program = (count: number) => PromiseLike<unknown>;

/** A program whose first half is not timed. */
export interface Staged<T> {
  prepare(count: number): T | PromiseLike<T>;
  run(prepared: T): PromiseLike<unknown>;
}

interface Row {
  /** By which the peers in other languages name it. */
  readonly key: string;
  /** As the tables name it. */
  readonly name: string;
  /** In ns or bytes; fibril's median should be no more. */
  readonly goal?: number;
}

/** Nanoseconds an operation. */
export interface TimeCase extends Row {
  readonly unit: "ns";
  /** Operations in one sample: enough that it takes milliseconds. */
  readonly count: number;
  /** "cpu" counts what all threads of the process worked. */
  readonly clock?: "wall" | "cpu";
  readonly fibril?: Program | Staged<unknown> | undefined;
  readonly effect?: Program | Staged<unknown>;
  readonly promise?: Program | Staged<unknown>;
}

/** Bytes of heap that one of `count` things takes: the programs give what is to be kept. */
export interface HeapCase extends Row {
  readonly unit: "B";
  readonly count: number;
  readonly fibril?: Program;
  readonly effect?: Program;
  readonly promise?: Program;
}

/**
 * Nanoseconds until a module is there, in a new process: the modules of a side are imported in turn
 * and the last one is timed.
 */
export interface ImportCase extends Row {
  readonly unit: "ns";
  readonly imports: true;
  readonly fibril?: readonly string[];
  readonly effect?: readonly string[];
  readonly promise?: never;
}

export type Case = TimeCase | HeapCase | ImportCase;

export function isImport(each: Case): each is ImportCase {
  return "imports" in each;
}

/** A program in two stages; `prepare` gives what `run` takes. */
export function staged<T>(program: Staged<T>): Staged<unknown> {
  return program as Staged<unknown>;
}
