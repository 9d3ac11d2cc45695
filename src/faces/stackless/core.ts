import { show } from "../../fiber/body.ts";
import type { FiberCore } from "../../fiber/core.ts";
import type { Fiber } from "../../fiber/fiber.ts";
import type { FiberState, Observer } from "../../fiber/fiber-state.ts";
import { isGreenletExit } from "../../fiber/greenlet-exit.ts";
import { DEFAULT_GRACE_MS } from "../../fiber/killing.ts";
import { asyncOwner } from "../../fiber/owner.ts";
import { begin, makeFiber } from "../../fiber/spawn.ts";
import { DONE, NEW } from "../../fiber/state.ts";
import { hub } from "../../scheduler/hub.ts";
import { DAEMON } from "../../scheduler/task.ts";
import { Circle } from "./circle.ts";
import { type Owner, Place } from "./place.ts";
import { TaskletError } from "./tasklet-error.ts";
import { TaskletExit } from "./tasklet-exit.ts";

type AnyFunction = (...args: never[]) => unknown;

/** What a tasklet is to the scheduler: its fiber, where that stands, and the circle it is in. */
export class TaskletCore implements Owner {
  readonly circle: Circle;
  /** The public object; made on first need for a main tasklet. */
  facade: object | undefined = undefined;
  fiber: FiberCore | undefined = undefined;
  place: Place | undefined = undefined;
  /** What the next switch gives when it comes back. */
  tempval: unknown = undefined;
  blockTrap = false;
  atomic = false;
  #fn: AnyFunction | undefined = undefined;
  #isEnlisted = false;

  constructor(circle: Circle) {
    this.circle = circle;
  }

  /** The main tasklet of a fiber that is none by itself, or of the program. */
  static main(fiber?: FiberCore): TaskletCore {
    const core = new TaskletCore(new Circle());
    core.fiber = fiber;
    core.circle.main = core;
    return core;
  }

  // --- How far it is

  get isMain(): boolean {
    return this.circle.main === this;
  }

  get alive(): boolean {
    return this.fiber === undefined ? this.isMain : !this.fiber.dead;
  }

  get runnable(): boolean {
    return this.place?.chain === this.circle.runnables;
  }

  get blocked(): boolean {
    return this.place?.chain !== undefined && !this.runnable;
  }

  get paused(): boolean {
    return this.alive && this.place !== undefined && this.place.chain === undefined;
  }

  /** Whether it runs, or waits for something that is no business of the circle, such as a timer. */
  get isElsewhere(): boolean {
    return this.alive && this.place === undefined;
  }

  get name(): string {
    return this.fiber?.name ?? (this.isMain ? "main" : this.#fn?.name || "unbound");
  }

  // --- What it runs

  bind(fn: AnyFunction | undefined): void {
    if (this.runnable || this.blocked || (this.alive && this.fiber?.state !== NEW)) {
      throw new TaskletError(
        `Cannot bind tasklet "${this.name}", which lives: kill it first, or make another`,
      );
    }
    if (fn !== undefined && typeof fn !== "function") {
      throw new TypeError(`Cannot bind a tasklet to ${show(fn)}: pass a generator function`);
    }
    // One that has not begun is dropped, in silence.
    if (this.#isEnlisted) this.fiber?.beginKill(new TaskletExit(), DEFAULT_GRACE_MS);
    this.fiber = undefined;
    this.place = undefined;
    this.#fn = fn;
  }

  /** Gives it its arguments: it lives, and stands apart. The spawn site is that of `caller`. */
  prepare(args: unknown[], caller: AnyFunction): void {
    if (this.alive) {
      throw new TaskletError(`Cannot set up tasklet "${this.name}", which lives: make another`);
    }
    if (this.#fn === undefined) {
      throw new TaskletError("Cannot set up a tasklet without a function: bind it to one first");
    }
    const fiber = makeFiber("make a tasklet of", this.#fn, args, caller);
    this.#fn = undefined;
    this.#isEnlisted = false;
    this.fiber = fiber;
    this.place = new Place(this, fiber, "stackless.remove");
    fiber.park = this.place;
    fiber.observe(new Ending(this, fiber));
    cores.set(fiber, this);
  }

  // --- Whether anybody waits for it

  /** The program, and `run`, wait for it: they don't for one that is blocked or paused. */
  rouse(): void {
    const fiber = this.#tasklet;
    if (fiber === undefined || fiber.state === DONE) return;
    if (!this.#isEnlisted) this.#enlist(fiber);
    else if (fiber.daemon) setDaemon(fiber, 0);
    this.circle.roused(this);
  }

  rest(): void {
    const fiber = this.#tasklet;
    // One that a timeout may strike goes on by itself.
    if (fiber === undefined || fiber.daemon || fiber.mayBeStruck) return;
    setDaemon(fiber, DAEMON);
    this.circle.rested(this);
  }

  /** Takes it from the runnables, if it is one of them. */
  pause(): void {
    const { place } = this;
    if (place === undefined || !this.runnable) return;
    place.leave();
    place.suspend();
    this.rest();
  }

  ended(): void {
    this.place?.leave();
    this.place = undefined;
    this.circle.rested(this);
  }

  /** The live fibers know it from now on, but its turn comes in the circle. */
  #enlist(fiber: Fiber): void {
    this.#isEnlisted = true;
    begin(fiber);
    hub.ring.pop();
  }

  /** The fiber that was made for it: a main tasklet's is somebody else's. */
  get #tasklet(): Fiber | undefined {
    return this.isMain ? undefined : (this.fiber as Fiber | undefined);
  }
}

function setDaemon(fiber: FiberCore, flag: number): void {
  // The roster counts by the flag.
  hub.roster.remove(fiber);
  fiber.flags = (fiber.flags & ~DAEMON) | flag;
  hub.roster.add(fiber);
}

/** Passes a tasklet's error on to `run`, or to its main tasklet. */
class Ending implements Observer {
  readonly #core: TaskletCore;
  readonly #fiber: FiberState;
  readonly prompt = true;

  constructor(core: TaskletCore, fiber: FiberState) {
    this.#core = core;
    this.#fiber = fiber;
  }

  /** Whether there is nothing to report. */
  get observes(): boolean {
    return isGreenletExit(this.#fiber.failure?.error) || this.#core.circle.hasCatcher;
  }

  settled(fiber: FiberState): void {
    const { failure } = fiber;
    // Before it counts as ended: that may be the end of the `run` that has to throw it.
    if (failure !== undefined && !isGreenletExit(failure.error)) {
      this.#core.circle.fail(failure.error);
    }
    // Not if it was bound to another function meanwhile.
    if (this.#core.fiber === fiber) this.#core.ended();
  }
}

const cores = new WeakMap<FiberCore, TaskletCore>();

/** The tasklet of the top level, whose every await runs on a guest. */
const program: TaskletCore = TaskletCore.main();

/** The tasklet that a fiber runs, or is the main one of. */
export function coreOf(fiber: FiberCore | undefined): TaskletCore {
  if (fiber === undefined) return program;
  if (fiber.isGuest) return coreOf(fiber.owner as FiberCore | undefined);
  let core = cores.get(fiber);
  if (core === undefined) {
    core = TaskletCore.main(fiber);
    cores.set(fiber, core);
  }
  return core;
}

/** The one that runs here. */
export function currentCore(): TaskletCore {
  return coreOf((hub.current as FiberCore | undefined) ?? asyncOwner());
}
