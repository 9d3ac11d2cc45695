import type { FiberCore } from "../fiber/core.ts";
import { ready, type Step } from "../fiber/fiber-state.ts";
import { isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import type { Thrown } from "../fiber/outcome.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import { hub } from "../scheduler/hub.ts";
import type { Park, Parked } from "../scheduler/park.ts";
import { Joiner, type Roll } from "./group-roll.ts";

/** How a group is joined. */
export interface GroupJoinOptions extends WaitOptions {
  /**
   * `true` (the default): the first failure of a member since the last join is
   * thrown when nobody is left. `false`: nothing is, and no failure counts as seen.
   */
  readonly raiseError?: boolean | undefined;
}

/** Waits until nobody is left; gives false, or the first failure, if the timeout comes before. */
export function joinRoll(
  roll: Roll,
  options: GroupJoinOptions | undefined,
): Wait<boolean, unknown> {
  const raises = options?.raiseError ?? true;
  const join = new JoinRoll(roll, raises);
  if (!isLimited(options)) return join;
  const joined = limited(join, options, { value: false });
  return raises ? script(orThrow, joined, roll) : joined;
}

function* orThrow(
  joined: Wait<boolean, unknown>,
  roll: Roll,
): Generator<Yieldable, boolean, never> {
  const isEmpty = yield* joined;
  if (!isEmpty) throwFirst(hub.current as FiberCore, roll);
  return isEmpty;
}

function throwFirst(fiber: FiberCore, roll: Roll): void {
  const failure = roll.failures.take();
  if (failure !== undefined) throw fiber.failing(failure);
}

class JoinRoll extends SelectableOp<boolean, unknown> {
  readonly #roll: Roll;
  readonly #raises: boolean;

  constructor(roll: Roll, raises: boolean) {
    super();
    this.#roll = roll;
    this.#raises = raises;
  }

  poll(fiber: FiberCore): Step | undefined {
    if (!this.#roll.isIdle()) return undefined;
    if (this.#raises) throwFirst(fiber, this.#roll);
    return ready(true);
  }

  enlist(waiter: Waiter, fiber: FiberCore): Park {
    const self = fiber.owner ?? fiber;
    if (this.#roll.has(self)) {
      throw new TypeError(
        `Fiber "${self.name}" is in the ${this.#roll.kind} and would wait for itself: join it from outside`,
      );
    }
    return new Joining(this.#roll, waiter, this.#raises);
  }
}

class Joining extends Joiner implements Park {
  readonly #roll: Roll;
  readonly #waiter: Waiter;
  readonly raises: boolean;

  constructor(roll: Roll, waiter: Waiter, raises: boolean) {
    super();
    this.#roll = roll;
    this.#waiter = waiter;
    this.raises = raises;
    roll.joiners.push(this);
    if (raises) roll.failures.expect();
  }

  tell(failure: Thrown | undefined): void {
    if (this.raises) this.#roll.failures.unexpect();
    if (this.raises && failure !== undefined) this.#waiter.wakeFailed(failure);
    else this.#waiter.wake(true);
  }

  cancel(): boolean {
    if (this.#roll.joiners.remove(this) && this.raises) this.#roll.failures.unexpect();
    return true;
  }

  describe(): string {
    return `${this.#roll.kind}.join (${this.holders().length} at work)`;
  }

  holders(): readonly Parked[] {
    return [...this.#roll.members, ...this.#roll.mappers];
  }
}
