import { currentCore, type TaskletCore } from "./core.ts";
import type { Place } from "./place.ts";

/**
 * Who stands beside a tasklet: in a channel's queue, which has two ends, or among
 * the runnables, which are a circle with the running one in it.
 */
export function neighbourOf(core: TaskletCore, side: "next" | "previous"): TaskletCore | undefined {
  const { circle, place } = core;
  const current = currentCore();
  if (core === current) return neighbourOfCurrent(core, side);
  const chain = place?.chain;
  if (place === undefined || chain === undefined) return undefined;
  const isAtEnd = place === (side === "next" ? chain.last : chain.first);
  if (!isAtEnd) return (place[side] as Place).owner as TaskletCore;
  if (core.blocked) return undefined;
  return current.circle === circle ? current : ((place[side] as Place).owner as TaskletCore);
}

function neighbourOfCurrent(current: TaskletCore, side: "next" | "previous"): TaskletCore {
  const { runnables } = current.circle;
  const place = side === "next" ? runnables.first : runnables.last;
  return (place?.owner as TaskletCore | undefined) ?? current;
}
