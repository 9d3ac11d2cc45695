import type { WaitOptions } from "../../../fiber/limits.ts";
import { uninterruptible } from "../../../fiber/uninterruptible.ts";
import { script, type Wait, type Yieldable } from "../../../fiber/wait.ts";
import { checkedWaitFor, waitFor } from "../../../sync/condition-waits.ts";
import { call } from "../proxied.ts";
import { remoteOptions } from "../remote-options.ts";
import { AcquirableProxy } from "./lock-proxy.ts";

type Steps<A> = Generator<Yieldable, A, never>;

/**
 * A Condition in a manager's server. Who waits has the lock again when it goes on,
 * also where it was killed; a process that ends holds nobody up.
 *
 * multiprocessing: `Condition` of a manager.
 *
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { Manager } from "fibril/process";
 *
 * spawn(function* () {
 *   const manager = yield* Manager();
 *   const condition = yield* manager.Condition();
 *   const waiter = spawn(function* () {
 *     yield* condition.use(function* () {
 *       console.log(yield* condition.wait({ timeout: "5 seconds" })); // -> true
 *     });
 *   });
 *   yield* sleep(50);
 *   yield* condition.use(() => condition.notify());
 *   yield* waiter;
 *   yield* manager.shutdown();
 * });
 * ```
 */
export class ConditionProxy extends AcquirableProxy {
  /** Releases the lock, waits for a notify, and acquires it again: true, or false past the `timeout`. */
  wait(options?: WaitOptions): Wait<boolean> {
    const waiting = call<boolean>(this, "wait", [remoteOptions(options, "wait")], {
      signal: options?.signal,
    });
    return script(() => this.#wait(waiting)) as Wait<boolean>;
  }

  /** Waits until `predicate`, which runs here, gives something true, and gives its last value. */
  waitFor<A>(predicate: () => A, options?: WaitOptions): Wait<A> {
    const call = checkedWaitFor(predicate, options);
    return script(() => waitFor(this, call)) as Wait<A>;
  }

  notify(count = 1): Wait<void> {
    return call(this, "notify", [count]);
  }

  notifyAll(): Wait<void> {
    return call(this, "notifyAll", []);
  }

  *#wait(waiting: Wait<boolean>): Steps<boolean> {
    let isOver = false;
    try {
      const wasNotified = yield* waiting;
      isOver = true;
      return wasNotified;
    } finally {
      // Struck, it has the lock again only when the server says so.
      if (!isOver) yield* uninterruptible(call<void>(this, "settled", []));
    }
  }
}
