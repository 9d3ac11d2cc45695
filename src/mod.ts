/**
 * Green threads: fibers that are spawned, joined, killed and timed out.
 *
 * @module
 */
export { call } from "./fiber/call.ts";
export { getCurrent } from "./fiber/current.ts";
export { fork, gen, schedulerLayer } from "./fiber/effect-interop.ts";
export { Fiber, type Status } from "./fiber/fiber.ts";
export { type ForEachOptions, forEach } from "./fiber/for-each.ts";
export { getHub, type HubView } from "./fiber/get-hub.ts";
export { type Greenlet, greenlet } from "./fiber/greenlet.ts";
export { GreenletExit } from "./fiber/greenlet-exit.ts";
export { isControl } from "./fiber/is-control.ts";
export {
  type Finishing,
  iwait,
  type Unawaited,
  type WaitAllOptions,
  type Waitable,
  wait,
} from "./fiber/iwait.ts";
export {
  type Exits,
  type Fibers,
  type JoinAllOptions,
  joinAll,
  type Values,
} from "./fiber/join-all.ts";
export type { KillAllOptions, KillOptions, KillReason } from "./fiber/kill.ts";
export { kill, killAll } from "./fiber/kill-all.ts";
export type { WaitOptions } from "./fiber/limits.ts";
export type { Link } from "./fiber/links.ts";
export { runMain } from "./fiber/run-main.ts";
export { type SignalHandler, signalHandler } from "./fiber/signal-handler.ts";
export { idle, sleep } from "./fiber/sleep.ts";
export { type Body, type SpawnOptions, spawn, spawnLater } from "./fiber/spawn.ts";
export { Timeout } from "./fiber/timeout.ts";
export { uninterruptible } from "./fiber/uninterruptible.ts";
export { until } from "./fiber/until.ts";
export type { Wait, Yieldable } from "./fiber/wait.ts";
export { type WithTimeoutOptions, withTimeout } from "./fiber/with-timeout.ts";
export { type WrapOptions, wrap } from "./fiber/wrap.ts";
export { detach } from "./monkey/detach.ts";
export { LoopExit } from "./scheduler/deadlock.ts";

import "./inspect/auto.ts";
