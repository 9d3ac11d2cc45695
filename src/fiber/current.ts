import { hub } from "../scheduler/hub.ts";
import { Fiber } from "./fiber.ts";
import { asyncOwner } from "./owner.ts";

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
  const fiber = current instanceof Fiber ? current : asyncOwner();
  return fiber instanceof Fiber ? fiber : undefined;
}
