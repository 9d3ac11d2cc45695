import { Ending } from "../net/ending.ts";
import type { Child } from "./child-process.ts";
import type { EndLinks } from "./end-links.ts";
import type { Trace } from "./naming/caller-module.ts";
import type { AnyFunction } from "./naming/function-ref.ts";
import { ProcessError } from "./process-error.ts";
import type { Sentinel } from "./sentinel.ts";

/** What a Process was made with, and what became of it. */
export interface ProcessState {
  name: string;
  daemon: boolean;
  authkey: Uint8Array<ArrayBuffer>;
  /** `undefined`: the main process. */
  readonly parentPid: number | undefined;
  readonly identity: readonly number[];
  readonly target: AnyFunction | undefined;
  readonly args: readonly unknown[];
  /** Where it was made; the module is looked at only if it is started. */
  readonly trace: Trace | undefined;
  /** Whether it is the process that this code runs in. */
  readonly isCurrent: boolean;
  readonly ending: Ending<void>;
  child: Child | undefined;
  links: EndLinks<object> | undefined;
  sentinel: Sentinel | undefined;
  isClosed: boolean;
}

type Made = Omit<ProcessState, "ending" | "child" | "links" | "sentinel" | "isClosed">;

export function makeState(made: Made): ProcessState {
  const state: ProcessState = {
    ...made,
    ending: new Ending(
      () => `join(${state.name})`,
      () => {},
    ),
    child: undefined,
    links: undefined,
    sentinel: undefined,
    isClosed: false,
  };
  return state;
}

/** Not in private fields: the object of a subclass is made anew in the child, without its constructor. */
const states: WeakMap<object, ProcessState> = new WeakMap();

/** From now on `state` is what `process` stands for. */
export function adopt(process: object, state: ProcessState): void {
  states.set(process, state);
}

/** The state, also of one that is closed. */
export function anyStateOf(process: object): ProcessState {
  const state = states.get(process);
  if (state !== undefined) return state;
  throw new TypeError("Cannot use this object as a Process: it was not made by new");
}

export function stateOf(process: object): ProcessState {
  const state = anyStateOf(process);
  if (!state.isClosed) return state;
  throw new ProcessError(`Cannot use the process "${state.name}": it is closed`);
}

/** The child of one that has been started. */
export function childOf({ name, child, isCurrent }: ProcessState, what: string): Child {
  if (child !== undefined) return child;
  const why = isCurrent ? "it is the current process and not its child" : "start it first";
  throw new ProcessError(`Cannot ${what} the process "${name}": ${why}`);
}
