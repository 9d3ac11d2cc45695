import type { FiberCore } from "../fiber/core.ts";
import type { Fiber } from "../fiber/fiber.ts";
import { type Observer, ready, type Step } from "../fiber/fiber-state.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import { beginAny, enroll } from "../fiber/spawn.ts";
import { hub } from "../scheduler/hub.ts";
import type { Park, Parked } from "../scheduler/park.ts";
import { Candidate, type Roll } from "./group-roll.ts";
import { PoolFull } from "./pool-full.ts";

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

/** Begins a fiber as a member as soon as there is room. */
export class Admit extends SelectableOp<Fiber> {
  readonly #roll: Roll;
  readonly #make: () => Recruit;
  #made: Recruit | undefined;

  /**
   * @param made for the first run: made at the call, it knows the line that it was spawned at.
   * @param make for every further run.
   */
  constructor(roll: Roll, made: Recruit, make: () => Recruit) {
    super();
    this.#roll = roll;
    this.#made = made;
    this.#make = make;
  }

  poll(): Step | undefined {
    return this.#roll.free > 0 ? ready(this.#take().enter(this.#roll)) : undefined;
  }

  enlist(waiter: Waiter): Park {
    return new SpawnCandidate(this.#roll, waiter, this.#take());
  }

  #take(): Recruit {
    const recruit = this.#made ?? this.#make();
    this.#made = undefined;
    return recruit;
  }
}

/** Makes a fiber that runs already a member. */
export class Add extends SelectableOp<void, PoolFull> {
  protected readonly roll: Roll;
  protected readonly fiber: Fiber;

  constructor(roll: Roll, fiber: Fiber) {
    super();
    this.roll = roll;
    this.fiber = fiber;
  }

  poll(): Step | undefined {
    return addNow(this.roll, this.fiber) ? ready(undefined) : undefined;
  }

  enlist(waiter: Waiter, _fiber: FiberCore): Park {
    return new AddCandidate(this.roll, waiter, this.fiber);
  }
}

/** As `Add`, if there is room. */
export class AddAtOnce extends Add {
  override enlist(): never {
    throw poolFull(this.fiber, this.roll);
  }
}

/** Whether the fiber is in: a member, or dead and in no need of room. */
function addNow(roll: Roll, fiber: Fiber): boolean {
  if (fiber.dead) roll.failures.record(fiber);
  else if (roll.members.has(fiber)) return true;
  else if (roll.free === 0) return false;
  else roll.enter(fiber, roll.own);
  return true;
}

/** Waits for room without taking it, and gives how much there is. */
export class AwaitRoom extends SelectableOp<number> {
  readonly #roll: Roll;

  constructor(roll: Roll) {
    super();
    this.#roll = roll;
  }

  poll(): Step | undefined {
    const { free } = this.#roll;
    return free > 0 ? ready(free) : undefined;
  }

  enlist(waiter: Waiter): Park {
    return new RoomCandidate(this.#roll, waiter);
  }
}

/** Begins a fiber as a member; if there is no room it waits in line by itself. */
export function beginInLine(roll: Roll, recruit: Recruit): Fiber {
  if (roll.free > 0) return recruit.enter(roll);
  enroll(recruit.fiber);
  recruit.fiber.park = new FiberCandidate(roll, recruit.fiber);
  return recruit.fiber;
}

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
class SpawnCandidate extends InLine {
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

  serve(tell: (waiter: Waiter, value: unknown) => void): void {
    tell(this.#waiter, this.#recruit.enter(this.roll));
  }

  describe(): string {
    return "pool.spawn (full)";
  }
}

/** Somebody who waits to add a fiber. */
class AddCandidate extends InLine {
  readonly #waiter: Waiter;
  readonly fiber: Fiber;

  constructor(roll: Roll, waiter: Waiter, fiber: Fiber) {
    super(roll);
    this.#waiter = waiter;
    this.fiber = fiber;
  }

  serve(tell: (waiter: Waiter, value: unknown) => void): void {
    if (!addNow(this.roll, this.fiber)) this.roll.enter(this.fiber, this.roll.own);
    tell(this.#waiter, undefined);
  }

  describe(): string {
    return "pool.add (full)";
  }
}

/** Somebody who waits for room. */
class RoomCandidate extends InLine {
  readonly #waiter: Waiter;
  readonly fiber: undefined = undefined;

  constructor(roll: Roll, waiter: Waiter) {
    super(roll);
    this.#waiter = waiter;
  }

  serve(tell: (waiter: Waiter, value: unknown) => void): void {
    tell(this.#waiter, this.roll.free);
  }

  describe(): string {
    return "pool.waitAvailable (full)";
  }
}

/** A fiber that nobody waits for, not begun. */
class FiberCandidate extends InLine {
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

export function poolFull(fiber: Fiber, roll: Roll): PoolFull {
  return new PoolFull(
    `Cannot add fiber "${fiber.name}" to a pool of size ${roll.size}, which is full: wait for room, or make it larger`,
  );
}
