import { show } from "../fiber/body.ts";
import type { Waitable } from "../fiber/iwait.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import type { Wait } from "../fiber/wait.ts";
import type { RawLink } from "../sync/links.ts";
import { context } from "./context.ts";
import { currentState } from "./current-state.ts";
import { EndLinks } from "./end-links.ts";
import { renameHere } from "./family.ts";
import { liveChildren } from "./live-children.ts";
import { traceAbove } from "./naming/caller-module.ts";
import type { AnyFunction } from "./naming/function-ref.ts";
import { refusePrivateMembers } from "./naming/private-members.ts";
import { ProcessError } from "./process-error.ts";
import { adopt, anyStateOf, childOf, makeState, stateOf } from "./process-state.ts";
import { refuseChildren } from "./refuse-children.ts";
import { Sentinel } from "./sentinel.ts";
import { showProcess } from "./show-process.ts";
import { startChild } from "./start-child.ts";

/** All but the last: `kwargs` come as that. */
type Leading<Args extends readonly unknown[]> = Args extends readonly [...infer Head, unknown]
  ? Head
  : never;

/** How a Process is made. */
export interface ProcessOptions<Args extends unknown[] = never[]> {
  /** What it runs: any kind of body, exported, or using nothing from around it. */
  readonly target?: ((...args: Args) => unknown) | undefined;
  /** What the target is called with. */
  readonly args?: readonly [...Args] | Readonly<Leading<NoInfer<Args>>> | undefined;
  /** One more argument, the last: an object with named ones. */
  readonly kwargs?: object | undefined;
  /** `Process-1` and so on if there is none. */
  readonly name?: string | undefined;
  /** It ends with its parent, which does not wait for it; inherited. */
  readonly daemon?: boolean | undefined;
}

const OPTIONS = ["target", "args", "kwargs", "name", "daemon"];

/**
 * A function that runs in an operating-system process of its own, with its own
 * memory and its own core. Or a subclass with `run()`: it must be exported, and
 * the child gets its data, while its constructor is not run there.
 *
 * A function that uses nothing from around it goes to the child as it is written.
 * Any other is found there by its module, which is loaded: it must be exported, or
 * named by `task` or `register`, and what is to happen in the main process alone
 * goes into `if (import.meta.main)`. Arguments are copied (`UnsendableError` says
 * what can't go). What a child prints stays whole line by line, up to 4 KiB.
 *
 * The program waits for its processes before it ends, and they never outlive it:
 * daemons end with it, and if it is killed all of them do. Those that a worker thread
 * starts end with the thread. In a child Ctrl-C does nothing; the parent decides.
 *
 * multiprocessing: `multiprocessing.Process`.
 *
 * @example
 * ```ts
 * import { Process } from "fibril/process";
 *
 * export function greet(name: string) {
 *   console.log("hello", name);
 * }
 *
 * if (import.meta.main) {
 *   const child = new Process({ target: greet, args: ["Bob"] });
 *   child.start(); // -> hello Bob
 *   await child.join();
 *   console.log(child.exitcode); // -> 0
 * }
 * ```
 */
export class Process<Args extends unknown[] = never[]> implements Waitable {
  /** @throws TypeError for bad options, `args` that is no array among them. */
  constructor(options: ProcessOptions<Args> = {}) {
    checkProcessOptions(options);
    const parent = currentState();
    const { target, args = [], kwargs, daemon = parent.daemon } = options;
    const identity = [...parent.identity, ++context().made];
    const state = makeState({
      name: options.name ?? `${this.constructor.name}-${identity.join(":")}`,
      daemon,
      authkey: parent.authkey,
      parentPid: process.pid,
      identity,
      target,
      args: kwargs === undefined ? [...args] : [...args, kwargs],
      trace: traceAbove(Process as never),
      isCurrent: false,
    });
    adopt(this, state);
  }

  /** What the process does: by default it calls its target. Called here it runs in this process. */
  run(): unknown {
    const { target, args } = stateOf(this);
    return target?.(...args);
  }

  /**
   * Starts the process; its function runs a little later.
   *
   * @throws ProcessError if it was started before, or in a daemon; UnsendableError for an argument
   *   that can't go to another process; TypeError for a function that can't be found there.
   */
  start(): void {
    const state = stateOf(this);
    const what = `start the process "${state.name}"`;
    refuseChildren(what);
    if (state.isCurrent || state.child !== undefined) {
      throw new ProcessError(`Cannot ${what}: it was started before; make another one`);
    }
    if (state.parentPid !== process.pid) {
      throw new ProcessError(`Cannot ${what}: another process made it`);
    }
    const { constructor } = this;
    const type = constructor === Process ? undefined : (constructor as AnyFunction);
    if (type !== undefined) refusePrivateMembers(type, Process);
    const { name } = currentState();
    const child = startChild(state, type, { ...this }, { name, pid: process.pid });
    liveChildren.add(this);
    child.onExit(() => liveChildren.delete(this));
  }

  /** Waits for its end, at most for `timeout`: `isAlive()` then tells. */
  join(options?: WaitOptions): Wait<void> {
    checkOptions(options, "join a process");
    const state = stateOf(this);
    childOf(state, "join");
    const ending = state.ending as Wait<void>;
    return isLimited(options) ? limited(ending, options, { value: undefined }) : ending;
  }

  /** Whether it runs: from `start` until its end is known. */
  isAlive(): boolean {
    const { isCurrent, child, ending } = stateOf(this);
    return isCurrent || (child !== undefined && ending.exitcode === undefined);
  }

  /** Ends it by SIGTERM: its `finally` blocks do not run. Nothing happens once it has ended. */
  terminate(): void {
    childOf(stateOf(this), "terminate").signal("SIGTERM");
  }

  /** Ends it by SIGKILL, which it can't see. */
  kill(): void {
    childOf(stateOf(this), "kill").signal("SIGKILL");
  }

  /** Lets go of one that has ended; only `name` may be asked for afterwards. */
  close(): void {
    const state = anyStateOf(this);
    if (state.child !== undefined && state.ending.exitcode === undefined) {
      throw new ProcessError(
        `Cannot close the process "${state.name}" while it is still running: join or terminate it first`,
      );
    }
    state.isClosed = true;
  }

  get name(): string {
    return anyStateOf(this).name;
  }

  set name(name: string) {
    if (typeof name !== "string") {
      throw new TypeError(`Cannot name a process ${show(name)}: pass a string`);
    }
    const state = stateOf(this);
    state.name = name;
    if (state.isCurrent) renameHere(name);
  }

  /** Whether it ends with its parent, which does not wait for it. Set it before the start. */
  get daemon(): boolean {
    return stateOf(this).daemon;
  }

  set daemon(daemon: boolean) {
    const state = stateOf(this);
    if (state.isCurrent || state.child !== undefined) {
      throw new ProcessError(
        `Cannot make "${state.name}" a daemon or none: it has started; set daemon before`,
      );
    }
    state.daemon = daemon;
  }

  /** Its number in the system, from its start on. */
  get pid(): number | undefined {
    const { isCurrent, child } = stateOf(this);
    return isCurrent ? process.pid : child?.pid;
  }

  /**
   * Nothing before its end; then 0, 1 after an error, which was printed, what
   * `process.exit` was given, or `-N` if signal N ended it.
   */
  get exitcode(): number | undefined {
    return stateOf(this).ending.exitcode;
  }

  /** By it processes of one program know each other: 32 random bytes, inherited. */
  get authkey(): Uint8Array<ArrayBuffer> {
    return stateOf(this).authkey;
  }

  set authkey(key: Uint8Array) {
    if (!(key instanceof Uint8Array)) {
      throw new TypeError(`Cannot use ${show(key)} as authkey: pass bytes`);
    }
    stateOf(this).authkey = new Uint8Array(key);
  }

  /** For `wait` and `iwait`: ready when the process has ended. */
  get sentinel(): Waitable {
    const state = stateOf(this);
    childOf(state, "wait for the sentinel of");
    return (state.sentinel ??= new Sentinel(state.ending));
  }

  /** Calls `callback(process)` after its end, in the run loop itself: it must neither wait nor throw. */
  rawLink(callback: RawLink<this>): void {
    linksOf(this).add(callback as never);
  }

  /** Takes a `rawLink` back. */
  unlink(callback: unknown): void {
    linksOf(this).remove(callback);
  }

  /** As Python writes it. */
  toString(): string {
    return showProcess(this.constructor.name, anyStateOf(this));
  }

  /** Ends it by SIGTERM if it runs, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { child } = anyStateOf(this);
    if (child === undefined || anyStateOf(this).isClosed) return;
    this.terminate();
    await this.join();
  }
}

function linksOf(process: Process<never>): EndLinks<object> {
  const state = stateOf(process);
  return (state.links ??= new EndLinks<object>(process, state.ending));
}

function checkProcessOptions(options: unknown): asserts options is object {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(
      `Cannot make a process of ${show(options)}: pass an object such as { target, args: [1] }`,
    );
  }
  const unknown = Object.keys(options).find((key) => !OPTIONS.includes(key));
  if (unknown !== undefined) {
    throw new TypeError(
      `Cannot make a process with the option "${unknown}": there are ${OPTIONS.join(", ")}`,
    );
  }
  const { target, args, kwargs, name, daemon } = options as Record<string, unknown>;
  check("target", target, target === undefined || typeof target === "function", "a function");
  check("args", args, args === undefined || Array.isArray(args), "an array: `args: [value]`");
  check("kwargs", kwargs, kwargs === undefined || isObject(kwargs), "an object");
  check("name", name, name === undefined || typeof name === "string", "a string");
  check("daemon", daemon, daemon === undefined || typeof daemon === "boolean", "true or false");
}

function check(option: string, given: unknown, isFine: boolean, wanted: string): void {
  if (isFine) return;
  throw new TypeError(`Cannot make a process with ${show(given)} as ${option}: pass ${wanted}`);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
