import { show } from "../../fiber/body.ts";
import type { Fiber } from "../../fiber/fiber.ts";
import { isGreenletExit } from "../../fiber/greenlet-exit.ts";
import { checkOptions } from "../../fiber/limits.ts";
import { script, type Wait } from "../../fiber/wait.ts";
import { Callable } from "./callable.ts";
import { currentCore, TaskletCore } from "./core.ts";
import { neighbourOf } from "./neighbour.ts";
import type { Place } from "./place.ts";
import {
  elsewhere,
  LetThrow,
  RunTasklet,
  refuseDead,
  refuseSwitch,
  SwitchTasklet,
} from "./switch-to.ts";
import { TaskletError } from "./tasklet-error.ts";
import { TaskletExit } from "./tasklet-exit.ts";
import { errorFrom, type Throwable, throwInto } from "./thrown.ts";

/** What a tasklet runs: any body of a fiber, as a rule a generator function. */
export type TaskletBody<Args extends unknown[]> = (...args: Args) => unknown;

/** How an error is put into a tasklet. */
export interface ThrowOptions {
  /** Only makes the tasklet runnable, as the last; else it goes on at once. */
  readonly pending?: boolean | undefined;
}

let coreIn: (tasklet: Tasklet) => TaskletCore;

/**
 * A fiber that takes turns in the order of Stackless. Called with the arguments
 * of its function it is the last to run; what switches is a Wait.
 *
 * It runs until it is blocked in a channel, or waits for anything else as every
 * fiber does: then the others go on. `TaskletExit` ends it in silence; any other
 * error is thrown out of `run`, or where its main tasklet stands. While it is
 * blocked or paused neither `run` nor the program's end waits for it.
 *
 * Its code is never pre-empted, so `run(timeout)` and nesting levels have no
 * counterpart, and it can't be pickled.
 *
 * Stackless: `stackless.tasklet`.
 *
 * @example
 * ```ts
 * import { run, schedule, Tasklet } from "fibril/stackless";
 *
 * function* count(name: string) {
 *   for (let n = 1; n <= 2; n++) {
 *     console.log(name, n);
 *     yield* schedule();
 *   }
 * }
 * new Tasklet(count)("a");
 * new Tasklet(count)("b");
 * void run().then(() => console.log("over"));
 * // -> a 1
 * // -> b 1
 * // -> a 2
 * // -> b 2
 * // -> over
 * ```
 */
export class Tasklet<Args extends unknown[] = never[]> extends Callable<Args, Tasklet<Args>> {
  readonly #core: TaskletCore;

  static {
    coreIn = (tasklet) => tasklet.#core;
  }

  /** As `bind`. */
  constructor(fn?: TaskletBody<Args>, args?: Args, kwargs?: object) {
    super((self, given, caller) => begin(coreIn(self as Tasklet), given, caller));
    if ((fn as unknown) instanceof TaskletCore) {
      this.#core = fn as unknown as TaskletCore;
      return;
    }
    this.#core = new TaskletCore(currentCore().circle);
    this.#core.facade = this;
    this.bind(fn, args, kwargs);
  }

  // --- What it runs

  /**
   * Has it run `fn`; with `args` it lives at once, paused. `kwargs` are one last
   * argument. Without any of them it is unbound.
   *
   * @throws TaskletError for one that lives and has begun.
   */
  override bind<A extends unknown[] = Args>(
    fn?: TaskletBody<A>,
    args?: A,
    kwargs?: object,
  ): Tasklet<A> {
    if (args !== undefined && !Array.isArray(args)) {
      throw new TypeError(`Cannot bind a tasklet to the arguments ${show(args)}: pass an array`);
    }
    const isGiven = args !== undefined || kwargs !== undefined;
    if (fn !== undefined || !isGiven) this.#core.bind(fn);
    const all = kwargs === undefined ? (args ?? []) : [...(args ?? []), kwargs];
    if (isGiven) this.#core.prepare(all, Tasklet.prototype.bind);
    return this as unknown as Tasklet<A>;
  }

  /** Gives it its arguments and makes it the last to run; so does a call of the tasklet itself. */
  setup(...args: Args): this {
    begin(this.#core, args, Tasklet.prototype.setup);
    return this;
  }

  // --- Its turn

  /** Makes it the last to run, if it is not runnable anyway. */
  insert(): this {
    const core = this.#core;
    refuseDead(core);
    if (core.blocked) throw elsewhere(core, "insert");
    if (core.place !== undefined && !core.runnable) core.circle.admit(core.place);
    return this;
  }

  /** Takes it from the runnables: it is paused. */
  remove(): this {
    const core = this.#core;
    if (core === currentCore()) {
      throw new TaskletError(
        `Cannot remove tasklet "${core.name}", which runs: \`yield* scheduleRemove()\` there`,
      );
    }
    if (core.blocked || core.isElsewhere) throw elsewhere(core, "remove");
    core.pause();
    return this;
  }

  /**
   * Goes on with it at once, past all others; then with those who stood behind it.
   * Gives the caller's `tempval`.
   */
  run(): Wait<unknown> {
    return new RunTasklet(this.#core);
  }

  /** As `run`, but the caller is paused. */
  switch(): Wait<unknown> {
    return new SwitchTasklet(this.#core);
  }

  // --- Errors

  /**
   * Throws `error`, an Error or a class of one, at its `yield*`. The tasklet has
   * it at the call; the Wait goes on there at once, and then with the caller.
   *
   * @throws TaskletError for one that is dead, unless it is a TaskletExit; in the
   * running tasklet the error itself, at the call.
   */
  throw(error: Throwable, options?: ThrowOptions): Wait<void> {
    checkOptions(options, "throw into a tasklet");
    return this.#raise(errorFrom(error), options);
  }

  /** As `throw`, of a class that is called with `args`. */
  raiseException(error: Throwable, ...args: unknown[]): Wait<void> {
    return this.#raise(errorFrom(error, args));
  }

  /** Throws a TaskletExit, as `throw` does. */
  kill(options?: ThrowOptions): Wait<void> {
    checkOptions(options, "kill a tasklet");
    return this.#raise(new TaskletExit(), options);
  }

  // --- How far it is

  /** Whether it has its arguments and has not ended. */
  get alive(): boolean {
    return this.#core.alive;
  }

  /** Whether it stands apart, where only `insert`, `run` or an error wakes it. */
  get paused(): boolean {
    return this.#core.paused;
  }

  /** Whether it waits in a channel. */
  get blocked(): boolean {
    return this.#core.blocked;
  }

  /** Whether it is runnable, blocked, running, or waits for something else: all but paused. */
  get scheduled(): boolean {
    return this.alive && !this.paused;
  }

  get isCurrent(): boolean {
    return this.#core === currentCore();
  }

  /** Whether it is what the fiber ran that made the first tasklet, and no tasklet by itself. */
  get isMain(): boolean {
    return this.#core.isMain;
  }

  /** The one behind it among the runnables, or in its channel's queue. */
  get next(): Tasklet | undefined {
    return facadeOf(neighbourOf(this.#core, "next"));
  }

  /** The one before it. */
  get prev(): Tasklet | undefined {
    return facadeOf(neighbourOf(this.#core, "previous"));
  }

  /** What its wait is going to give: what it was sent, or has to send. Assignable. */
  get tempval(): unknown {
    const { place } = this.#core;
    return place === undefined ? this.#core.tempval : place.result;
  }

  set tempval(value: unknown) {
    const { place } = this.#core;
    if (place === undefined) this.#core.tempval = value;
    else place.result = value;
  }

  /** Whether it is an error if a channel would block it. */
  get blockTrap(): boolean {
    return this.#core.blockTrap;
  }

  set blockTrap(isSet: boolean) {
    this.#core.blockTrap = isSet;
  }

  /** Only a note: nothing ever switches but a Wait. */
  get atomic(): boolean {
    return this.#core.atomic;
  }

  /** Sets `atomic`; gives what it was. */
  setAtomic(flag: boolean): boolean {
    const { atomic } = this.#core;
    this.#core.atomic = flag;
    return atomic;
  }

  /** The name of its fiber, in reports; before it has one, that of its function. */
  override get name(): string {
    return this.#core.name;
  }

  /** Its fiber, once it has its arguments; undefined for the top level's. */
  get fiber(): Fiber | undefined {
    return this.#core.fiber as Fiber | undefined;
  }

  #raise(error: unknown, options?: ThrowOptions): Wait<void> {
    const core = this.#core;
    if (core === currentCore()) throw error;
    const isPending = options?.pending === true;
    if (core.alive) {
      if (!isPending) refuseSwitch(core.circle);
      throwInto(core, error);
    } else if (!isGreenletExit(error)) {
      throw new TaskletError(`Cannot throw into tasklet "${core.name}", which is dead`);
    }
    return isPending ? script(doNothing) : new LetThrow(core);
  }
}

/** The tasklet of a core; a main one has none before somebody asks. */
export function taskletOf(core: TaskletCore): Tasklet {
  core.facade ??= new Tasklet(core as never);
  return core.facade as Tasklet;
}

const facadeOf = (core: TaskletCore | undefined) => core && taskletOf(core);

/** Gives a tasklet its arguments and makes it runnable. */
function begin(core: TaskletCore, args: unknown[], caller: (...args: never[]) => unknown): void {
  core.prepare(args, caller);
  core.circle.admit(core.place as Place);
}

function* doNothing(): Generator<never, void, never> {}
