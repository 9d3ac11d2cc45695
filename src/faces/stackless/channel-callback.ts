import { show } from "../../fiber/body.ts";
import type { Channel } from "./channel.ts";
import { SENDING, watchChannels } from "./rendezvous.ts";
import { type Tasklet, taskletOf } from "./tasklet.ts";

/**
 * Called before every action on a channel, with the tasklet that acts, whether it
 * sends, and whether that is going to block it. Its `tempval` is what it sends.
 */
export type ChannelCallback = (
  channel: Channel<never>,
  tasklet: Tasklet,
  sending: boolean,
  willBlock: boolean,
) => void;

let callback: ChannelCallback | null = null;

/**
 * Has `next` called before every action on any channel; `null` ends that. Gives
 * the function before it, or null. What it throws is thrown at the action, which
 * then does not happen.
 *
 * Stackless: `stackless.set_channel_callback(callable)`.
 *
 * @throws TypeError for what is neither a function nor null.
 * @example
 * ```ts
 * import { channel, run, setChannelCallback, tasklet } from "fibril/stackless";
 *
 * setChannelCallback((_channel, _tasklet, sending, willBlock) => {
 *   console.log(sending ? "send" : "receive", willBlock);
 * });
 * const words = channel<string>();
 * tasklet(() => words.receive())();
 * tasklet(() => words.send("hello"))();
 * void run().then();
 * // -> receive true
 * // -> send false
 * ```
 */
export function setChannelCallback(next: ChannelCallback | null): ChannelCallback | null {
  if (next !== null && typeof next !== "function") {
    throw new TypeError(
      `Cannot call ${show(next)} for channels: pass a function, or null to end it`,
    );
  }
  const previous = callback;
  callback = next;
  watchChannels(
    next === null
      ? undefined
      : (channel, acting, action, willBlock) =>
          next(
            channel as Channel<never>,
            taskletOf(acting),
            action.direction === SENDING,
            willBlock,
          ),
  );
  return previous;
}

/**
 * The function that is called for channels, or null.
 *
 * Stackless: `stackless.get_channel_callback()`.
 *
 * @example
 * ```ts
 * import { getChannelCallback } from "fibril/stackless";
 *
 * console.log(getChannelCallback()); // -> null
 * ```
 */
export function getChannelCallback(): ChannelCallback | null {
  return callback;
}
