import { show } from "../../fiber/body.ts";
import { getCurrent } from "../../fiber/current.ts";
import type { Fiber } from "../../fiber/fiber.ts";
import type { FiberState, Observer } from "../../fiber/fiber-state.ts";
import { isGreenletExit } from "../../fiber/greenlet-exit.ts";
import { checkOptions, type WaitOptions } from "../../fiber/limits.ts";
import { begin, makeFiber } from "../../fiber/spawn.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import { host } from "../../internal/host.ts";
import { DAEMON } from "../../scheduler/task.ts";
import type { Positional } from "../positional.ts";
import { ThreadError } from "./thread-error.ts";
import { tellUncaught } from "./uncaught.ts";

/** What a thread runs, and how it is called. */
export interface ThreadOptions<Args extends unknown[] = never[]> {
  /** Any body of a fiber, as a rule a generator function. */
  readonly target?: ((...args: Args) => unknown) | undefined;
  readonly args?: Positional<NoInfer<Args>> | undefined;
  /** One last argument. */
  readonly kwargs?: object | undefined;
  /** `Thread-1 (target)` and so on if absent. */
  readonly name?: string | undefined;
  /** Whether the program ends without waiting for it; that of the running thread if absent. */
  readonly daemon?: boolean | undefined;
}

/** The ident of the main thread; those of the others follow. */
const MAIN_IDENT = 1;

/** Host timers take no longer delay. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

let unnamed = 0;

/** The threads that run, in the order in which they were started. */
export const liveThreads: Set<Thread> = new Set();
const threads = new WeakMap<Fiber, Thread>();

let standIn: (fiber: Fiber | undefined) => Thread;

/** The thread of a fiber; one that stands for it if it was not started as a thread, or for the main program. */
export function threadOf(fiber: Fiber | undefined): Thread {
  const known = fiber === undefined ? undefined : threads.get(fiber);
  return known ?? standIn(fiber);
}

/**
 * Python's thread on a fiber: all threads share one core, and one runs until it
 * waits, at its `yield*`. So nothing happens between two lines that don't wait,
 * and work that only computes holds up all others: for several cores there is
 * `fibril/process`.
 *
 * Pass a `target`, or subclass it with `*run()`. An error that it does not catch
 * goes to `excepthook`, `join` does not throw it. The program waits for threads
 * that are no daemons.
 *
 * threading: `threading.Thread`.
 *
 * @throws TypeError for a target that is no function, or arguments that are no array.
 * @example
 * ```ts
 * import { sleep } from "fibril";
 * import { Thread } from "fibril/threading";
 *
 * function* greet(name: string) {
 *   yield* sleep(1);
 *   console.log(`Hello ${name}`);
 * }
 * const thread = new Thread({ target: greet, args: ["Bob"] });
 * console.log(thread.name); // -> Thread-1 (greet)
 * thread.start();
 * thread.join().then(() => console.log(thread.isAlive()));
 * // -> Hello Bob
 * // -> false
 * ```
 */
export class Thread<Args extends unknown[] = never[]> {
  #name: string;
  #daemon: boolean;
  #isMain = false;
  #fiber: Fiber | undefined;
  #target: ((...args: Args) => unknown) | undefined;
  #args: unknown[];

  static {
    standIn = (fiber) => {
      const thread = new Thread({
        name: fiber?.name ?? "MainThread",
        daemon: fiber?.daemon ?? false,
      });
      thread.#fiber = fiber;
      thread.#isMain = fiber === undefined;
      if (fiber !== undefined) threads.set(fiber, thread);
      return thread;
    };
  }

  constructor(options: ThreadOptions<Args> = {}) {
    checkThread(options);
    const { target, args = [], kwargs, name, daemon } = options;
    this.#target = target;
    this.#args = kwargs === undefined ? args : [...args, kwargs];
    this.#name = name ?? nextName(target);
    this.#daemon = daemon ?? getCurrent()?.daemon ?? false;
  }

  // --- What it does

  /** Queues its fiber; nothing of it runs before the caller waits or ends. */
  start(): void {
    if (this.#isMain || this.#fiber !== undefined) {
      throw new ThreadError(
        `Cannot start thread "${this.#name}" again: threads can only be started once`,
      );
    }
    const fiber = this.#makeFiber() as Fiber;
    fiber.name = this.#name;
    if (this.#daemon) fiber.flags |= DAEMON;
    fiber.observe(new Ending(this));
    this.#fiber = fiber;
    threads.set(fiber, this);
    liveThreads.add(this);
    begin(fiber);
  }

  /** What the thread runs: calls the target. To be overridden, by `*run()` as a rule. */
  run(): unknown {
    return this.#target?.(...(this.#args as Args));
  }

  /**
   * Waits for its end, or for the `timeout`; `isAlive` tells which it was. Never
   * throws what ended the thread.
   *
   * @throws ThreadError at the call: before the start, for the running thread and for the main one.
   */
  join(options?: WaitOptions): Wait<void> {
    checkOptions(options, "join");
    const fiber = this.#fiber;
    if (this.#isMain) {
      throw new ThreadError(
        "Cannot join the main thread: nothing says when a program's code is over",
      );
    }
    if (fiber === undefined) {
      throw new ThreadError(`Cannot join thread "${this.#name}" before it is started`);
    }
    if (fiber === getCurrent()) {
      throw new ThreadError(`Cannot join thread "${this.#name}", which is the current one`);
    }
    return script(awaitEnd, fiber, options);
  }

  // --- How it is

  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    checkName(name);
    this.#name = name;
    if (this.#fiber !== undefined) this.#fiber.name = name;
  }

  /** A number of its own; undefined before the start. */
  get ident(): number | undefined {
    if (this.#isMain) return MAIN_IDENT;
    return this.#fiber === undefined ? undefined : MAIN_IDENT + this.#fiber.id;
  }

  /** Whether the program ends without waiting for it. Assignable before the start. */
  get daemon(): boolean {
    return this.#daemon;
  }

  set daemon(daemon: boolean) {
    if (this.#isMain || this.#fiber !== undefined) {
      throw new ThreadError(
        `Cannot set daemon status of thread "${this.#name}", which was started: set it before`,
      );
    }
    this.#daemon = daemon;
  }

  /** Whether it was started and has not ended. */
  isAlive(): boolean {
    return this.#isMain || this.#fiber?.dead === false;
  }

  /** Its fiber, from the start on; undefined for the main thread's. */
  get fiber(): Fiber | undefined {
    return this.#fiber;
  }

  // --- As before Python 2.6

  getName(): string {
    return this.name;
  }

  setName(name: string): void {
    this.name = name;
  }

  isDaemon(): boolean {
    return this.daemon;
  }

  setDaemon(daemon: boolean): void {
    this.daemon = daemon;
  }

  #makeFiber(): Fiber<never, never> {
    const { start } = Thread.prototype;
    if (this.run !== Thread.prototype.run) return makeFiber("run", this.run.bind(this), [], start);
    const target = this.#target ?? (() => {});
    return makeFiber("run", target, this.#args, start);
  }
}

/** Tells `excepthook` of an error. */
class Ending implements Observer {
  readonly #thread: Thread;
  readonly observes = true;
  readonly prompt = true;

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  settled(fiber: FiberState): void {
    liveThreads.delete(this.#thread);
    const { failure } = fiber;
    if (failure === undefined || isGreenletExit(failure.error)) return;
    tellUncaught(failure.error, this.#thread);
  }
}

function* awaitEnd(
  fiber: Fiber,
  options: WaitOptions | undefined,
): Generator<Yieldable<never>, void, never> {
  // A daemon's own timers keep nothing alive, and would leave the one who waits for it alone.
  const hold = fiber.daemon ? host.setTimer(() => {}, LONGEST_DELAY_MS) : undefined;
  try {
    yield* fiber.join(options);
  } finally {
    if (hold !== undefined) host.clearTimer(hold);
  }
}

function nextName(target: unknown): string {
  const name = `Thread-${++unnamed}`;
  const of = typeof target === "function" ? target.name : "";
  return of === "" ? name : `${name} (${of})`;
}

function checkThread(options: object): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`Cannot make a Thread of ${show(options)}: pass { target }`);
  }
  const { target, args, name } = options as Readonly<Record<string, unknown>>;
  if (target !== undefined && typeof target !== "function") {
    throw new TypeError(`Cannot run ${show(target)} in a Thread: pass a function as target`);
  }
  if (args !== undefined && !Array.isArray(args)) {
    throw new TypeError(`Cannot call the target with ${show(args)} as args: pass an array`);
  }
  if (name !== undefined) checkName(name);
}

function checkName(name: unknown): void {
  if (typeof name === "string") return;
  throw new TypeError(`Cannot name a Thread ${show(name)}: pass a string`);
}
