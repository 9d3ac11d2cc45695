/**
 * Thrown by `send` on a closed channel, and by `receive` on one that is closed
 * and drained. Iteration just ends.
 *
 * gevent and stackless: `ValueError`; Go panics at the send.
 *
 * @example
 * ```ts
 * import { Channel, ChannelClosed } from "fibril/channel";
 *
 * const channel = new Channel<string>(1);
 * channel.close();
 * channel.send("late").then(undefined, (error) => {
 *   console.log(error instanceof ChannelClosed); // -> true
 * });
 * ```
 */
export class ChannelClosed extends Error {
  override readonly name: string = "ChannelClosed";
  readonly _tag: "ChannelClosed" = "ChannelClosed" as const;
}
