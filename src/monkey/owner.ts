import type { FiberCore } from "../fiber/core.ts";
import { ASYNC } from "../fiber/fiber-state.ts";
import { Origin } from "../fiber/origin.ts";
import { asyncOwner, runOwned } from "../fiber/owner.ts";
import { ENDING } from "../fiber/state.ts";
import { host } from "../internal/host.ts";
import { hub } from "../scheduler/hub.ts";

/** The fiber on whose behalf the running code calls the host, however deep in a library it is. */
export function ownerHere(): FiberCore | undefined {
  const owner = nearestFiber();
  return owner === undefined || owner.state >= ENDING ? undefined : owner;
}

/**
 * Throws the kill where a killed async function runs on: nothing can stop it, but
 * it must not start anything more.
 */
export function refuseForKilled(): void {
  const owner = nearestFiber();
  if (owner === undefined || owner.state < ENDING || (owner.flags & ASYNC) === 0) return;
  const killing = owner.extra?.killing;
  if (killing !== undefined) throw killing.strike.error;
}

function nearestFiber(): FiberCore | undefined {
  const current = hub.current as FiberCore | undefined;
  if (current === undefined) return asyncOwner();
  return current.isGuest ? (current.owner as FiberCore | undefined) : current;
}

/** From now on each new fiber is found after an `await` in a library that its body calls, too. */
export function frameNewFibers(): void {
  hub.framing = (runnable) => {
    const fiber = runnable as FiberCore;
    const { label, context, spawner, site } = fiber.origin;
    const frame = runOwned(fiber, () => host.frames.capture());
    fiber.origin = new Origin(label, context, frame, spawner, site);
  };
}

export function stopFramingFibers(): void {
  hub.framing = undefined;
}
