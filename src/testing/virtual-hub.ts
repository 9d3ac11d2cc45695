import { baseContext } from "../fiber/context.ts";
import { checkOptions } from "../fiber/limits.ts";
import { type Body, begin, makeFiber } from "../fiber/spawn.ts";
import type { Yieldable } from "../fiber/wait.ts";
import { type Clock, SystemClock } from "../scheduler/clock.ts";
import { hub } from "../scheduler/hub.ts";
import { type Policy, seededPolicy } from "../scheduler/policy.ts";
import { withHubClock } from "./effect-clock.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** How a virtual hub runs. */
export interface VirtualHubOptions {
  /** Picks among what is ready by this seed; FIFO if absent. */
  readonly seed?: number | undefined;
}

/** The hub on a virtual clock. */
export interface VirtualHub {
  /** Runs a body as a fiber named "main" and gives its value. */
  run<Y extends Yieldable<unknown, unknown>, A>(body: () => Body<Y, A>): Promise<A>;
  run<A>(body: () => A): Promise<Awaited<A>>;
  /** Virtual milliseconds since it was made. */
  now(): number;
  /** Puts the system's clock and FIFO order back. */
  [Symbol.dispose](): void;
}

/**
 * Puts the program's hub on a virtual clock, which jumps to the next deadline as
 * soon as every fiber is parked: an hour's sleep takes no time and its order is
 * exact. `Effect.sleep` goes by it, too. Dispose of it at the end.
 *
 * Real sockets and files are not waited for before the clock jumps.
 *
 * Trio: `MockClock(autojump_threshold=0)`.
 *
 * @throws Error at the call while timers are pending; RangeError for a seed that is no integer.
 * @example
 * ```ts
 * import { getHub, sleep } from "fibril";
 * import { virtualHub } from "fibril/testing";
 *
 * async function main() {
 *   const virtual = virtualHub();
 *   await virtual.run(function* () {
 *     yield* sleep("1 hour");
 *   });
 *   console.log(virtual.now()); // -> 3600000
 *   virtual[Symbol.dispose]();
 * }
 * void main();
 * ```
 */
export function virtualHub(options: VirtualHubOptions = {}): VirtualHub {
  checkOptions(options, "make a virtualHub");
  const { seed } = options;
  return virtualHubWith(seed === undefined ? undefined : seededPolicy(checkedSeed(seed)));
}

export function checkedSeed(seed: number): number {
  if (Number.isInteger(seed)) return seed;
  throw new RangeError(`Cannot pick by the seed ${seed}: pass an integer`);
}

/** As `virtualHub`, with any policy. */
export function virtualHubWith(policy: Policy | undefined): VirtualHub {
  useClock(new VirtualClock());
  hub.policy = policy;
  return {
    run: async (body: () => unknown) => {
      const fiber = makeFiber("run", body, undefined, virtualHub, withHubClock(baseContext()));
      fiber.name = "main";
      return (await begin(fiber)) as never;
    },
    now: () => hub.timers.now(),
    [Symbol.dispose]() {
      hub.policy = undefined;
      useClock(new SystemClock());
    },
  };
}

/** Puts the system's clock back though timers are pending: they never come. */
export function dropTimers(): void {
  hub.timers = hub.timers.on(new SystemClock());
}

/** Only while no timer is pending: its deadline would mean another time. */
function useClock(clock: Clock): void {
  if (hub.timers.nextDeadline() < Number.POSITIVE_INFINITY) {
    throw new Error(
      "Cannot change the clock while timers are pending: wait for them, or kill their fibers",
    );
  }
  hub.timers = hub.timers.on(clock);
}
