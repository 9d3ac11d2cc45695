import { baseContext } from "../fiber/context.ts";
import { type Body, begin, makeFiber } from "../fiber/spawn.ts";
import type { Yieldable } from "../fiber/wait.ts";
import { SystemClock } from "../scheduler/clock.ts";
import { hub } from "../scheduler/hub.ts";
import { seededPolicy } from "../scheduler/policy.ts";
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
 * @throws Error at the call while timers are pending.
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
  hub.timers.useClock(new VirtualClock());
  if (options.seed !== undefined) hub.policy = seededPolicy(options.seed);
  return {
    run: async (body: () => unknown) => {
      const fiber = makeFiber("run", body, undefined, virtualHub, withHubClock(baseContext()));
      fiber.name = "main";
      return (await begin(fiber)) as never;
    },
    now: () => hub.timers.now(),
    [Symbol.dispose]() {
      hub.policy = undefined;
      hub.timers.useClock(new SystemClock());
    },
  };
}

/** How schedules are explored. */
export interface ExploreOptions {
  /** How many schedules; 100 if absent. */
  readonly seeds?: number | undefined;
  /** The first seed: to run a failure again, pass its seed here and `seeds: 1`. */
  readonly first?: number | undefined;
}

/**
 * Runs a body under many schedules, each picked by its seed, on the virtual
 * clock. What it throws comes out with the seed that does it again.
 *
 * @throws Error with the seed in its message and the body's error as its cause.
 * @example
 * ```ts
 * import { joinAll, sleep, spawn } from "fibril";
 * import { explore } from "fibril/testing";
 *
 * async function main() {
 *   const orders = new Set<string>();
 *   await explore(function* () {
 *     const order: string[] = [];
 *     yield* joinAll(["a", "b"].map((name) => spawn(() => order.push(name))));
 *     orders.add(order.join(""));
 *   });
 *   console.log([...orders].sort()); // -> [ "ab", "ba" ]
 * }
 * void main();
 * ```
 */
export async function explore<Y extends Yieldable<unknown, unknown>>(
  body: () => Body<Y, unknown>,
  options: ExploreOptions = {},
): Promise<void> {
  const first = options.first ?? 1;
  const seeds = options.seeds ?? 100;
  for (let seed = first; seed < first + seeds; seed++) {
    const virtual = virtualHub({ seed });
    try {
      await virtual.run(body);
    } catch (error) {
      throw new Error(`Schedule ${seed} failed: run it again with { first: ${seed}, seeds: 1 }`, {
        cause: error,
      });
    } finally {
      virtual[Symbol.dispose]();
    }
  }
}
