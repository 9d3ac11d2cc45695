import { hub } from "../scheduler/hub.ts";
import type { Fiber } from "./fiber.ts";
import { asyncOwner } from "./owner.ts";
import { isFiber } from "./state.ts";

/**
 * The fiber that runs here: in a body, in the functions that it calls, and after
 * an `await` in an async body. `undefined` at the top level of a program.
 *
 * gevent: `gevent.getcurrent()`.
 *
 * @example
 * ```ts
 * import { getCurrent, spawn } from "fibril";
 *
 * spawn({ name: "worker" }, () => console.log(getCurrent()?.name)); // -> worker
 * ```
 */
export function getCurrent(): Fiber | undefined {
  const { current } = hub;
  const fiber = isFiber(current) ? current : asyncOwner();
  return isFiber(fiber) ? (fiber as Fiber) : undefined;
}
