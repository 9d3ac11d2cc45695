import type { Input as DurationInput } from "effect/Duration";
import * as Effect from "effect/Effect";
import { hub } from "../scheduler/hub.ts";
import type { Park } from "../scheduler/park.ts";
import { Timer } from "../scheduler/timers.ts";
import type { FiberCore } from "./core.ts";
import { formatMillis, toMillis } from "./delay.ts";
import type { Step } from "./fiber-state.ts";
import { SelectableOp, type Waiter } from "./selectable.ts";
import { PARKED } from "./state.ts";
import { Op, type Wait } from "./wait.ts";

/** A sleeping fiber's entry in the timer wheel, and its reason to park. */
class Sleeper extends Timer implements Park {
  readonly #waiter: Waiter;
  readonly #millis: number;

  constructor(waiter: Waiter, millis: number) {
    super();
    this.#waiter = waiter;
    this.#millis = millis;
  }

  fire(): void {
    this.#waiter.wake(undefined);
  }

  cancel(): boolean {
    hub.timers.stop(this);
    return true;
  }

  describe(): string {
    return `sleep(${formatMillis(this.#millis)})`;
  }
}

class Sleep extends SelectableOp<void> {
  readonly #millis: number;

  constructor(millis: number) {
    super();
    this.#millis = millis;
  }

  poll(): undefined {
    return undefined;
  }

  enlist(waiter: Waiter, fiber: FiberCore): Park {
    const sleeper = new Sleeper(waiter, this.#millis);
    hub.timers.start(sleeper, this.#millis, !fiber.daemon);
    return sleeper;
  }

  /** In an Effect program Effect's own clock counts, so that a TestClock does. */
  override asEffect(): Effect.Effect<void> {
    return Effect.sleep(this.#millis);
  }
}

/** In a `select`: a place at the tail of the queue, which can be given up. */
class TailPark implements Park {
  #waiter: Waiter | undefined;

  constructor(waiter: Waiter) {
    this.#waiter = waiter;
  }

  readonly come = (): void => this.#waiter?.wake(undefined);

  cancel(): boolean {
    this.#waiter = undefined;
    return true;
  }

  describe(): string {
    return "sleep(0)";
  }
}

class Yield extends SelectableOp<void> {
  override begin(fiber: FiberCore): Step {
    return fiber.requeue();
  }

  poll(): undefined {
    return undefined;
  }

  enlist(waiter: Waiter): Park {
    const turn = new TailPark(waiter);
    hub.push(turn.come);
    return turn;
  }

  override asEffect(): Effect.Effect<void> {
    return Effect.yieldNow;
  }
}

const yieldNow = new Yield();

/**
 * Lets other fibers run for `delay`. 0 (the default) and negative delays go to
 * the tail of the ready queue; every other one passes through the timers and
 * takes at least that long. `Infinity` waits for ever.
 *
 * gevent: `gevent.sleep(seconds)`; a bare number is milliseconds here.
 *
 * @throws RangeError for NaN, TypeError for what is no Duration; both at the call.
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 *
 * function* blink() {
 *   yield* sleep("10 millis");
 *   console.log("awake");
 * }
 * spawn(blink); // -> awake
 * ```
 */
export function sleep(delay: DurationInput = 0): Wait<void> {
  const millis = toMillis(delay, "sleep");
  return millis === 0 ? yieldNow : new Sleep(millis);
}

class IdlePark implements Park {
  readonly #fiber: FiberCore;

  constructor(fiber: FiberCore) {
    this.#fiber = fiber;
  }

  readonly wake = (): void => {
    if (this.#fiber.state === PARKED && this.#fiber.park === this) this.#fiber.wake(undefined);
  };

  cancel(): boolean {
    hub.idlers = hub.idlers.filter((wake) => wake !== this.wake);
    return true;
  }

  describe(): string {
    return "idle()";
  }
}

class Idle extends Op<void> {
  begin(fiber: FiberCore): Step {
    const park = new IdlePark(fiber);
    hub.whenIdle(park.wake);
    return fiber.parkOn(park);
  }
}

const whenIdle = /* @__PURE__ */ new Idle();

/**
 * Waits until nothing else is ready and the host had a turn that brought nothing
 * new: for work that may be put off.
 *
 * gevent: `gevent.idle()`.
 *
 * @example
 * ```ts
 * import { idle, spawn } from "fibril";
 *
 * spawn(function* tidy() {
 *   yield* idle();
 *   console.log("last");
 * });
 * spawn(() => console.log("first"));
 * // -> first
 * // -> last
 * ```
 */
export function idle(): Wait<void> {
  return whenIdle;
}
