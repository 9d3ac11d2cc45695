import type { WaitOptions } from "../../../fiber/limits.ts";
import type { Wait } from "../../../fiber/wait.ts";
import { type Asked, asked } from "../asked.ts";
import { call, Proxied } from "../proxied.ts";
import { remoteOptions } from "../remote-options.ts";

/**
 * A Barrier in a manager's server.
 *
 * multiprocessing: `Barrier` of a manager.
 *
 * @example
 * ```ts
 * import { joinAll, spawn } from "fibril";
 * import { Manager } from "fibril/process";
 *
 * spawn(function* () {
 *   const manager = yield* Manager();
 *   const barrier = yield* manager.Barrier(2);
 *   console.log(yield* joinAll([barrier.wait(), barrier.wait()].map((wait) => spawn(wait)))); // -> [ 0, 1 ]
 *   yield* manager.shutdown();
 * });
 * ```
 */
export class BarrierProxy extends Proxied {
  /** Waits until all have arrived, and gives how many came earlier. Throws BrokenBarrierError. */
  wait(options?: WaitOptions): Wait<number> {
    return call(this, "wait", [remoteOptions(options, "wait")], { signal: options?.signal });
  }

  /** Whoever waits, and comes, gets a BrokenBarrierError until `reset`. */
  abort(): Wait<void> {
    return call(this, "abort", []);
  }

  reset(): Wait<void> {
    return call(this, "reset", []);
  }

  get parties(): Asked<number> {
    return asked(call(this, "parties", []));
  }

  get nWaiting(): Asked<number> {
    return asked(call(this, "nWaiting", []));
  }

  get broken(): Asked<boolean> {
    return asked(call(this, "broken", []));
  }
}
