import * as Exit from "effect/Exit";
import { cycleExit, findCycle } from "../scheduler/deadlock.ts";
import type { Park } from "../scheduler/park.ts";
import type { FiberCore } from "./core.ts";
import { type FiberState, OBSERVED, type Observer, ready, type Step } from "./fiber-state.ts";
import { SelectableOp, type Waiter } from "./selectable.ts";

/** One fiber waiting for the end of another. */
abstract class Ending implements Park, Observer {
  protected readonly waiter: Waiter;
  readonly #target: FiberState;
  abstract get observes(): boolean;

  constructor(waiter: Waiter, target: FiberState) {
    this.waiter = waiter;
    this.#target = target;
  }

  /** Getters, as fields would cost every joining fiber 16 bytes. */
  get prompt(): boolean {
    return true;
  }

  abstract settled(target: FiberState): void;

  cancel(): boolean {
    this.#target.unobserve(this);
    return true;
  }

  describe(): string {
    return `join(${this.#target.name})`;
  }

  holder(): FiberState {
    return this.#target;
  }
}

class Joining extends Ending {
  get observes(): boolean {
    return false;
  }

  settled(): void {
    this.waiter.wake(true);
  }
}

class Getting extends Ending {
  get observes(): boolean {
    return true;
  }

  settled(target: FiberState): void {
    const { failure } = target;
    if (failure === undefined) this.waiter.wake(valueOf(target));
    else this.waiter.wakeFailed(failure);
  }
}

/** Waits for a fiber's end, whatever it is. */
export class Join extends SelectableOp<boolean> {
  readonly #target: FiberState;

  constructor(target: FiberState) {
    super();
    this.#target = target;
  }

  poll(): Step | undefined {
    return this.#target.dead ? ready(true) : undefined;
  }

  enlist(waiter: Waiter, fiber: FiberCore): Park {
    return enlistAt(this.#target, new Joining(waiter, this.#target), waiter, fiber);
  }
}

/** Waits for a fiber's value, or throws its failure. */
export class Get<A, E> extends SelectableOp<A, E> {
  readonly #target: FiberState;

  constructor(target: FiberState) {
    super();
    this.#target = target;
  }

  poll(fiber: FiberCore): Step | undefined {
    const target = this.#target;
    if (!target.dead) return undefined;
    target.flags |= OBSERVED;
    const { failure } = target;
    if (failure === undefined) return ready(valueOf(target));
    throw fiber.failing(failure);
  }

  enlist(waiter: Waiter, fiber: FiberCore): Park {
    return enlistAt(this.#target, new Getting(waiter, this.#target), waiter, fiber);
  }
}

export function valueOf(target: FiberState): unknown {
  const exit = target.settledExit;
  return exit !== undefined && Exit.isSuccess(exit) ? exit.value : undefined;
}

function enlistAt(target: FiberState, ending: Ending, waiter: Waiter, fiber: FiberCore): Park {
  refuseSelf(fiber, [target]);
  // One that waits for others as well may yet be woken by them.
  if (waiter === fiber) refuseCycle(fiber, target, ending);
  target.observe(ending);
  return ending;
}

/** A fiber that waits for its own end. */
export function refuseSelf(fiber: FiberCore, targets: readonly FiberState[]): void {
  const self = fiber.owner ?? fiber;
  if (!targets.includes(self)) return;
  throw new TypeError(`Fiber "${self.name}" cannot join itself: join it from another fiber`);
}

/** Throws if `fiber`, waiting for `target` by `park`, would wait for itself through others. */
export function refuseCycle(fiber: FiberCore, target: FiberState, park: Park): void {
  const cycle = findCycle(fiber, target);
  if (cycle !== undefined) throw cycleExit(cycle, park);
}
