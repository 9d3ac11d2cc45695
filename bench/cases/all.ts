import type { Case } from "../case.ts";
import { channelBuffered, channelPingPong } from "./channel.ts";
import { depths } from "./depth.ts";
import { effectAsync, effectAtOnce } from "./effects.ts";
import { parkedHeap, sleepingHeap } from "./heap.ts";
import { imports } from "./import.ts";
import { killParked } from "./kill.ts";
import { sleepers, sleepersCpu } from "./sleep.ts";
import { spawnAndJoinAll, spawnAndJoinOne } from "./spawn.ts";
import { greenletSwitch } from "./switch.ts";
import { timeoutUnused } from "./timeout.ts";
import { lockFree, poolMap, queueOfOne } from "./toolbox.ts";
import { wakeFromPromise } from "./wake.ts";
import { yieldBetweenTwo, yieldInCrowd } from "./yield.ts";

/** Every case, in the order of the tables. */
export const cases: readonly Case[] = [
  yieldBetweenTwo,
  yieldInCrowd,
  greenletSwitch,
  channelPingPong,
  channelBuffered,
  lockFree,
  queueOfOne,
  poolMap,
  spawnAndJoinAll,
  spawnAndJoinOne,
  sleepers,
  sleepersCpu,
  parkedHeap,
  sleepingHeap,
  effectAtOnce,
  effectAsync,
  wakeFromPromise,
  killParked,
  timeoutUnused,
  ...depths,
  ...imports,
];
