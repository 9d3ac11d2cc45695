import type { WaitOptions } from "../../../fiber/limits.ts";
import type { Wait } from "../../../fiber/wait.ts";
import { call, Proxied } from "../proxied.ts";
import { remoteOptions } from "../remote-options.ts";

/**
 * An Event in a manager's server.
 *
 * multiprocessing: `Event` of a manager.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { Manager } from "fibril/process";
 *
 * spawn(function* () {
 *   const manager = yield* Manager();
 *   const event = yield* manager.Event();
 *   console.log(yield* event.wait({ timeout: 10 })); // -> false
 *   yield* event.set();
 *   console.log(yield* event.wait()); // -> true
 *   yield* manager.shutdown();
 * });
 * ```
 */
export class EventProxy extends Proxied {
  set(): Wait<void> {
    return call(this, "set", []);
  }

  clear(): Wait<void> {
    return call(this, "clear", []);
  }

  isSet(): Wait<boolean> {
    return call(this, "isSet", []);
  }

  /** Waits until it is set: true, or false past the `timeout`. */
  wait(options?: WaitOptions): Wait<boolean> {
    return call(this, "wait", [remoteOptions(options, "wait")], { signal: options?.signal });
  }
}
