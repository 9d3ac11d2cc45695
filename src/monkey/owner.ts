import type { FiberCore } from "../fiber/core.ts";
import { Origin } from "../fiber/origin.ts";
import { asyncOwner, runOwned } from "../fiber/owner.ts";
import { ENDING } from "../fiber/state.ts";
import { host } from "../internal/host.ts";
import { hub } from "../scheduler/hub.ts";
import type { Runnable } from "../scheduler/task.ts";
import { Caller } from "./caller.ts";
import { passUnhandled } from "./unhandled.ts";

/**
 * The fiber on whose behalf the running code calls the host, however deep in a
 * library it is.
 *
 * @throws the kill of an ended fiber, where that rejects a promise: see `killHere`.
 */
export function ownerHere(callee: (...args: never[]) => unknown): FiberCore | undefined {
  const owner = nearestFiber();
  if (owner === undefined || owner.state < ENDING) return owner;
  const kill = killHere(callee);
  // Thrown in a listener it would end the program.
  if (kill?.caller.isExecutor === true) throw kill.error;
  return undefined;
}

/**
 * The kill of the ended fiber whose function runs on here: nothing can stop that,
 * but the program's own code must not begin anything more.
 */
export function killHere(
  callee: (...args: never[]) => unknown,
): { readonly error: unknown; readonly caller: Caller } | undefined {
  const owner = nearestFiber();
  const killing = owner?.extra?.killing;
  if (owner === undefined || owner.state < ENDING || killing === undefined) return undefined;
  const caller = new Caller(callee);
  if (!caller.isProgram) return undefined;
  const { error } = killing.strike;
  passUnhandled(error);
  return { error, caller };
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
