import type { FiberCore } from "../fiber/core.ts";
import { Origin } from "../fiber/origin.ts";
import { asyncOwner, runOwned } from "../fiber/owner.ts";
import { ENDING } from "../fiber/state.ts";
import { host } from "../internal/host.ts";
import { hub } from "../scheduler/hub.ts";
import type { Runnable } from "../scheduler/task.ts";
import { Caller } from "./caller.ts";

/**
 * The fiber on whose behalf the running code calls the host, however deep in a
 * library it is.
 *
 * @throws the kill, where a killed fiber's function runs on: nothing can stop
 * that, but the program's own code must not start anything more.
 */
export function ownerHere(callee: (...args: never[]) => unknown): FiberCore | undefined {
  const owner = nearestFiber();
  if (owner === undefined || owner.state < ENDING) return owner;
  const killing = owner.extra?.killing;
  if (killing !== undefined && new Caller(callee).isProgram) throw killing.strike.error;
  return undefined;
}

/** The fiber that the running code belongs to, also one that has ended. */
export function nearestFiber(): FiberCore | undefined {
  const current = hub.current as FiberCore | undefined;
  return current === undefined ? asyncOwner() : realFiber(current);
}

/** The fiber that a guest waits for; a fiber itself. Nobody's Wait has none. */
export function realFiber(fiber: FiberCore): FiberCore | undefined {
  return fiber.isGuest ? (fiber.owner as FiberCore | undefined) : fiber;
}

/** From now on each fiber is found after an `await` in a library that its body calls, too. */
export function frameFibers(): void {
  if (hub.framing === frame) return;
  hub.framing = frame;
  for (const fiber of hub.roster) frame(fiber);
}

export function stopFramingFibers(): void {
  hub.framing = undefined;
}

function frame(runnable: Runnable): void {
  const fiber = runnable as FiberCore;
  if (fiber.isGuest) return;
  const { label, context, spawner, site, asyncFrame } = fiber.origin;
  const capture = () => {
    const own = runOwned(fiber, () => host.frames.capture());
    fiber.origin = new Origin(label, context, own, spawner, site);
  };
  // A fiber that was spawned before keeps what it inherited.
  if (asyncFrame === undefined) capture();
  else host.frames.run(asyncFrame, capture, undefined);
}
