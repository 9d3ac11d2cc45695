import { EventLoop } from "./event-loop.ts";

let current: EventLoop | undefined;

/**
 * The program's event loop; a new one if that was closed.
 *
 * asyncio: `asyncio.get_event_loop`.
 *
 * @example
 * ```ts
 * import { getEventLoop, sleep } from "fibril/asyncio";
 *
 * async function main() {
 *   const loop = getEventLoop();
 *   loop.callLater(5, console.log, "later");
 *   const cancelled = loop.callLater(1, console.log, "never");
 *   cancelled.cancel();
 *   await loop.runUntilComplete(sleep(20));
 *   // -> later
 *   loop.close();
 * }
 * void main();
 * ```
 */
export function getEventLoop(): EventLoop {
  if (current === undefined || current.isClosed()) current = new EventLoop();
  return current;
}

/**
 * A new event loop, to be passed to `setEventLoop`.
 *
 * asyncio: `asyncio.new_event_loop`.
 *
 * @example
 * ```ts
 * import { getEventLoop, newEventLoop, setEventLoop } from "fibril/asyncio";
 *
 * const loop = newEventLoop();
 * setEventLoop(loop);
 * console.log(getEventLoop() === loop); // -> true
 * ```
 */
export function newEventLoop(): EventLoop {
  return new EventLoop();
}

/**
 * Makes `loop` the one that `getEventLoop` gives and `createTask` uses.
 *
 * asyncio: `asyncio.set_event_loop`.
 *
 * @example
 * ```ts
 * import { getEventLoop, newEventLoop, setEventLoop } from "fibril/asyncio";
 *
 * const before = getEventLoop();
 * setEventLoop(newEventLoop());
 * console.log(getEventLoop() === before); // -> false
 * ```
 */
export function setEventLoop(loop: EventLoop): void {
  current = loop;
}
