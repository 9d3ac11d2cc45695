/**
 * Waiting for several sockets at once.
 *
 * @module
 */
export type { WaitOptions } from "../fiber/limits.ts";
export type { Wait } from "../fiber/wait.ts";
export { KeyError } from "../net/key-error.ts";
export { select } from "../net/select-ready.ts";
export {
  DefaultSelector,
  // The host knows how to wait: whichever a program asks for, it gets the best there is.
  DefaultSelector as EpollSelector,
  DefaultSelector as KqueueSelector,
  DefaultSelector as PollSelector,
  DefaultSelector as SelectSelector,
  type Ready,
} from "../net/selector.ts";
export { EVENT_READ, EVENT_WRITE, type Pollable, SelectorKey } from "../net/selector-key.ts";
