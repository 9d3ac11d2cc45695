import { hub } from "../scheduler/hub.ts";
import type { Runnable } from "../scheduler/task.ts";
import type { Fiber } from "./fiber.ts";
import { wait } from "./iwait.ts";
import { checkOptions, type WaitOptions } from "./limits.ts";
import { isFiber } from "./state.ts";
import type { Wait } from "./wait.ts";

/** A look at the run loop. */
export interface HubView {
  /** Every fiber that has not ended, oldest first. */
  readonly fibers: readonly Fiber[];
  /** How many tasks are ready to run. */
  readonly ready: number;
  /** How many timers are pending that keep the program alive. */
  readonly timers: number;
  /** Milliseconds on the clock that `sleep` goes by. */
  now(): number;
  /** Queues a callback at the tail, among the fibers; it must neither wait nor throw. */
  runCallback<Args extends unknown[]>(callback: (...args: Args) => void, ...args: Args): void;
  /** Waits until no other fiber is left; false if the `timeout` came first. */
  join(options?: WaitOptions): Wait<boolean>;
}

const view: HubView = {
  get fibers() {
    return [...hub.roster].filter(isFiber) as Runnable[] as Fiber[];
  },
  get ready() {
    return hub.ring.size + hub.lanes.size;
  },
  get timers() {
    return hub.timers.pending;
  },
  now: () => hub.timers.now(),
  runCallback: (callback, ...args) => hub.push(() => callback(...args)),
  join(options) {
    checkOptions(options, "join the hub");
    return wait(undefined, options);
  },
};

/**
 * The run loop of this program, to look at; there is one.
 *
 * gevent: `gevent.get_hub()`.
 *
 * @example
 * ```ts
 * import { getHub, sleep, spawn } from "fibril";
 *
 * spawn({ name: "nap" }, () => sleep(1));
 * console.log(getHub().fibers.map((fiber) => fiber.name)); // -> [ "nap" ]
 * ```
 */
export function getHub(): HubView {
  return view;
}
