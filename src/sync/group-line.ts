import type { Fiber } from "../fiber/fiber.ts";
import type { Observer } from "../fiber/fiber-state.ts";
import type { Waiter } from "../fiber/selectable.ts";
import { beginAny } from "../fiber/spawn.ts";
import { hub } from "../scheduler/hub.ts";
import type { Park, Parked } from "../scheduler/park.ts";
import { Candidate, type Roll, type Tell } from "./group-roll.ts";

/** A fiber that is made, and begins when it gets into a group. */
export class Recruit {
  readonly fiber: Fiber;
  readonly #watch: Observer;
  readonly #first: unknown;

  /** @param first what `spawn` was called with first: its options, perhaps. */
  constructor(fiber: Fiber, watch: Observer, first?: unknown) {
    this.fiber = fiber;
    this.#watch = watch;
    this.#first = first;
  }

  enter(roll: Roll): Fiber {
    roll.enter(this.fiber, this.#watch);
    return beginAny(this.fiber as Fiber<never, never>, this.#first);
  }
}

/** Whoever stands in a pool's line. */
abstract class InLine extends Candidate implements Park {
  protected readonly roll: Roll;
  abstract describe(): string;

  constructor(roll: Roll) {
    super();
    this.roll = roll;
    roll.enlist(this);
  }

  cancel(): boolean {
    this.roll.withdraw(this);
    return true;
  }

  /** Whoever of them ends makes room. */
  holders(): readonly Parked[] {
    return [...this.roll.members];
  }
}

/** Somebody who waits to spawn. */
export class SpawnCandidate extends InLine {
  readonly #waiter: Waiter;
  readonly #recruit: Recruit;

  constructor(roll: Roll, waiter: Waiter, recruit: Recruit) {
    super(roll);
    this.#waiter = waiter;
    this.#recruit = recruit;
  }

  get fiber(): Fiber {
    return this.#recruit.fiber;
  }

  serve(tell: Tell): void {
    tell(this.#waiter, this.#recruit.enter(this.roll));
  }

  describe(): string {
    return "pool.spawn (full)";
  }
}

/** Somebody who waits to add a fiber. */
export class AddCandidate extends InLine {
  readonly #waiter: Waiter;
  readonly fiber: Fiber;

  constructor(roll: Roll, waiter: Waiter, fiber: Fiber) {
    super(roll);
    this.#waiter = waiter;
    this.fiber = fiber;
  }

  serve(tell: Tell): void {
    if (!addNow(this.roll, this.fiber)) this.roll.enter(this.fiber, this.roll.own);
    tell(this.#waiter, undefined);
  }

  describe(): string {
    return "pool.add (full)";
  }
}

/** Somebody who waits for room. */
export class RoomCandidate extends InLine {
  readonly #waiter: Waiter;
  readonly fiber: undefined = undefined;

  constructor(roll: Roll, waiter: Waiter) {
    super(roll);
    this.#waiter = waiter;
  }

  serve(tell: Tell): void {
    tell(this.#waiter, this.roll.free);
  }

  describe(): string {
    return "pool.waitAvailable (full)";
  }
}

/** A fiber that nobody waits for, not begun. */
export class FiberCandidate extends InLine {
  readonly fiber: Fiber;

  constructor(roll: Roll, fiber: Fiber) {
    super(roll);
    this.fiber = fiber;
  }

  serve(): void {
    this.fiber.park = undefined;
    this.roll.enter(this.fiber, this.roll.own);
    hub.push(this.fiber);
  }

  describe(): string {
    return "pool.applyAsync (full)";
  }
}

/** Whether the fiber is in: a member, or dead and in no need of room. */
export function addNow(roll: Roll, fiber: Fiber): boolean {
  if (fiber.dead) roll.failures.record(fiber);
  else if (roll.members.has(fiber)) return true;
  else if (roll.free === 0) return false;
  else roll.enter(fiber, roll.own);
  return true;
}
