import type { Input as DurationInput } from "effect/Duration";
import * as Effect from "effect/Effect";
import { hub } from "../scheduler/hub.ts";
import type { Park } from "../scheduler/park.ts";
import { Timer } from "../scheduler/timers.ts";
import type { FiberCore } from "./core.ts";
import { formatMillis, toMillis } from "./delay.ts";
import type { Step } from "./fiber-state.ts";
import { PARKED } from "./state.ts";
import { Op, type Wait } from "./wait.ts";

/** A sleeping fiber's entry in the timer wheel, and its reason to park. */
class Sleeper extends Timer implements Park {
  readonly #fiber: FiberCore;
  readonly #millis: number;

  constructor(fiber: FiberCore, millis: number) {
    super();
    this.#fiber = fiber;
    this.#millis = millis;
  }

  fire(): void {
    this.#fiber.wake(undefined);
  }

  cancel(): boolean {
    hub.timers.stop(this);
    return true;
  }

  describe(): string {
    return `sleep(${formatMillis(this.#millis)})`;
  }
}

class Sleep extends Op<void> {
  readonly #millis: number;

  constructor(millis: number) {
    super();
    this.#millis = millis;
  }

  begin(fiber: FiberCore): Step {
    const sleeper = new Sleeper(fiber, this.#millis);
    hub.timers.start(sleeper, this.#millis, !fiber.daemon);
    return fiber.parkOn(sleeper);
  }

  /** In an Effect program Effect's own clock counts, so that a TestClock does. */
  override asEffect(): Effect.Effect<void> {
    return Effect.sleep(this.#millis);
  }
}

class Yield extends Op<void> {
  begin(fiber: FiberCore): Step {
    return fiber.requeue();
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

const whenIdle = new Idle();

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
