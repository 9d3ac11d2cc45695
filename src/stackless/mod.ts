/**
 * The names of Stackless Python, on fibers.
 *
 * @module
 */
export { atomic } from "../faces/stackless/atomic.ts";
export { Channel, channel } from "../faces/stackless/channel.ts";
export {
  type ChannelCallback,
  getChannelCallback,
  setChannelCallback,
} from "../faces/stackless/channel-callback.ts";
export {
  getCurrent,
  getMain,
  getRunCount,
  switchTrap,
  tasklet,
} from "../faces/stackless/functions.ts";
export { run } from "../faces/stackless/run.ts";
export { schedule, scheduleRemove } from "../faces/stackless/schedule.ts";
export { StopIteration } from "../faces/stackless/stop-iteration.ts";
export { Tasklet, type TaskletBody, type ThrowOptions } from "../faces/stackless/tasklet.ts";
export { TaskletError } from "../faces/stackless/tasklet-error.ts";
export { TaskletExit } from "../faces/stackless/tasklet-exit.ts";
export type { Throwable } from "../faces/stackless/thrown.ts";
export type { Wait } from "../fiber/wait.ts";
export { ChannelClosed } from "../sync/channel-closed.ts";
