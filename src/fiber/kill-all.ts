import { show } from "./body.ts";
import type { Fiber } from "./fiber.ts";
import { type KillAllOptions, type KillOptions, type KillReason, killCores } from "./kill.ts";
import { isFiber } from "./state.ts";
import type { Wait } from "./wait.ts";

/**
 * Kills a fiber at once; the Wait is for its death. The same as `fiber.kill()`.
 *
 * gevent: `gevent.kill(greenlet)`.
 *
 * @throws TypeError at the call for what is no fiber.
 * @example
 * ```ts
 * import { kill, sleep, spawn } from "fibril";
 *
 * async function main() {
 *   const fiber = spawn(() => sleep("1 minute"));
 *   await kill(fiber);
 *   console.log(fiber.status); // -> killed
 * }
 * void main();
 * ```
 */
export function kill(fiber: Fiber, reason?: KillReason, options?: KillOptions): Wait<void> {
  return asFiber(fiber).kill(reason, options);
}

/**
 * Kills several fibers at once, in order and with nothing in between; those not
 * begun never run. The Wait is for all deaths; its `timeout` throws a Timeout.
 *
 * gevent: `gevent.killall(greenlets)`.
 *
 * @throws TypeError at the call for what is no fiber, and none is killed.
 * @example
 * ```ts
 * import { killAll, sleep, spawn } from "fibril";
 *
 * async function main() {
 *   const fibers = [1, 2, 3].map(() => spawn(() => sleep("1 minute")));
 *   await killAll(fibers);
 *   console.log(fibers.every((fiber) => fiber.dead)); // -> true
 * }
 * void main();
 * ```
 */
export function killAll(fibers: Iterable<Fiber>, options?: KillAllOptions): Wait<void> {
  return killCores([...fibers].map(asFiber), options);
}

function asFiber(fiber: unknown): Fiber {
  if (isFiber(fiber)) return fiber as Fiber;
  throw new TypeError(`Cannot kill ${show(fiber)}: pass a Fiber, as spawn(body) gives`);
}
