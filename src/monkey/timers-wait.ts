import type * as Host from "node:timers/promises";
import type { Wait } from "../fiber/wait.ts";
import { builtin } from "./builtin.ts";
import { waitFor } from "./call-wait.ts";
import { promisedTimers, schedulerCalls } from "./timers.ts";

/** How a timer of the host is set. */
export interface TimerOptions {
  /** Whether it keeps the program alive; true if absent. */
  readonly ref?: boolean;
  /** Its abort fails the Wait. */
  readonly signal?: AbortSignal;
}

/** `node:timers/promises` with Waits in the place of promises. */
export interface TimersWaits {
  /** Gives `value` after `delay` milliseconds of the host's clock. */
  setTimeout<A = void>(delay?: number, value?: A, options?: TimerOptions): Wait<A, unknown>;
  /** Gives `value` in the host's next turn. */
  setImmediate<A = void>(value?: A, options?: TimerOptions): Wait<A, unknown>;
  readonly scheduler: {
    wait(delay: number, options?: TimerOptions): Wait<void, unknown>;
    yield(): Wait<void, unknown>;
  };
}

/**
 * The timers of `node:timers/promises` as Waits: a kill or a timeout of the fiber
 * clears them. `sleep` costs a hundredth of them, and follows a virtual clock.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { timers } from "fibril/monkey";
 *
 * spawn(function* () {
 *   console.log(yield* timers.setTimeout(5, "later")); // -> later
 * });
 * ```
 */
export const timers: TimersWaits = makeWaits() as unknown as TimersWaits;

function makeWaits(): object {
  const promises = builtin<PromisedTimers>("timers/promises");
  const waits = (target: object, kinds: Parameters<typeof waitFor>[0][] | object) =>
    Object.entries(kinds).map(([name, kind]) => [
      name,
      (...args: unknown[]) => waitFor(kind, target, name, args),
    ]);
  const scheduler = Object.fromEntries(waits(schedulerOf(promises), schedulerCalls));
  return { ...Object.fromEntries(waits(promises, promisedTimers)), scheduler };
}

type PromisedTimers = Pick<typeof Host, "setTimeout" | "setImmediate"> & { scheduler?: object };

/** Bun has none. */
function schedulerOf(promises: PromisedTimers): object {
  return (
    promises.scheduler ?? {
      wait: (delay: number, options?: TimerOptions) =>
        promises.setTimeout(delay, undefined, options),
      yield: () => promises.setImmediate(),
    }
  );
}
