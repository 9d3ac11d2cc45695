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
 * @throws the kill of an ended fiber, where that rejects a promise: see `killOf`.
 */
export function ownerHere(callee: (...args: never[]) => unknown): FiberCore | undefined {
  const owner = nearestFiber();
  if (owner === undefined || owner.state < ENDING) return owner;
  const kill = killOf(owner, callee);
  // Thrown in a listener it would end the program.
  if (kill?.caller.isExecutor === true) throw kill.error;
  return undefined;
}

/**
 * The kill of a fiber that has ended and whose function runs on here: nothing can
 * stop that, but the program's own code must not begin anything more.
 */
export function killOf(
  ended: FiberCore,
  callee: (...args: never[]) => unknown,
): { readonly error: unknown; readonly caller: Caller } | undefined {
  const killing = ended.extra?.killing;
  if (killing === undefined) return undefined;
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

/**
 * Runs what a fiber has left behind, such as a package's timer. As that of one that
 * was killed, everything that it begins would fail.
 */
export function leftBehind<A>(fiber: FiberCore, run: () => A): A {
  return wasKilled(fiber) ? runOwned(undefined, run) : run();
}

/** Begins what belongs to no fiber; a package that was called by one that was killed goes on as nobody. */
export function beginUnowned<A>(callee: (...args: never[]) => unknown, begin: () => A): A {
  const fiber = nearestFiber();
  if (fiber === undefined || !wasKilled(fiber)) return begin();
  return new Caller(callee).isPackage ? runOwned(undefined, begin) : begin();
}

const wasKilled = (fiber: FiberCore): boolean =>
  fiber.state >= ENDING && fiber.extra?.killing !== undefined;

/** The fiber that a guest waits for; a fiber itself. Nobody's Wait has none. */
export function realFiber(fiber: FiberCore): FiberCore | undefined {
  return fiber.isGuest ? (fiber.owner as FiberCore | undefined) : fiber;
}

/** From now on each fiber is found after an `await` in a library that its body calls, too. */
export function frameFibers(): void {
  if (hub.framing === frame) return;
  hub.framing = frame;
  for (const fiber of hub.roster)
    host.frames.run((fiber as FiberCore).origin.asyncFrame, frame, fiber);
}

export function stopFramingFibers(): void {
  hub.framing = undefined;
}

/** As it is spawned: the frame that it inherits is the current one. */
function frame(runnable: Runnable): void {
  const fiber = runnable as FiberCore;
  if (fiber.isGuest) return;
  const { label, context, spawner, site } = fiber.origin;
  const own = runOwned(fiber, host.frames.capture);
  fiber.origin = new Origin(label, context, own, spawner, site);
}

/** Runs what the host does for whoever comes: nothing that it begins is the running fiber's. */
export function runAsNobody<A>(run: () => A): A {
  const { current } = hub;
  hub.current = undefined;
  try {
    return runOwned(undefined, run);
  } finally {
    hub.current = current;
  }
}
