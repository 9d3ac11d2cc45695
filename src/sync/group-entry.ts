import type { Fiber } from "../fiber/fiber.ts";
import { ready, type Step } from "../fiber/fiber-state.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import { enroll } from "../fiber/spawn.ts";
import type { Park } from "../scheduler/park.ts";
import {
  AddCandidate,
  addNow,
  FiberCandidate,
  Recruit,
  RoomCandidate,
  SpawnCandidate,
} from "./group-line.ts";
import type { Roll } from "./group-roll.ts";
import { PoolFull } from "./pool-full.ts";

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

/** Begins a fiber as a member as soon as there is room: for one run, of one who will take its value. */
export class Enter extends SelectableOp<void> {
  readonly #roll: Roll;
  readonly #recruit: Recruit;

  constructor(roll: Roll, fiber: Fiber) {
    super();
    this.#roll = roll;
    this.#recruit = new Recruit(fiber, roll.lent);
  }

  poll(): Step | undefined {
    if (this.#roll.free === 0) return undefined;
    this.#recruit.enter(this.#roll);
    return ready(undefined);
  }

  enlist(waiter: Waiter): Park {
    return new SpawnCandidate(this.#roll, waiter, this.#recruit);
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

  enlist(waiter: Waiter): Park {
    return new AddCandidate(this.roll, waiter, this.fiber);
  }
}

/** As `Add`, if there is room. */
export class AddAtOnce extends Add {
  override enlist(): never {
    throw poolFull(this.fiber, this.roll);
  }
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

export function poolFull(fiber: Fiber, roll: Roll): PoolFull {
  return new PoolFull(
    `Cannot add fiber "${fiber.name}" to a pool of size ${roll.size}, which is full: wait for room, or make it larger`,
  );
}
