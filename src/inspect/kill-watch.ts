import type { FiberState } from "../fiber/fiber-state.ts";
import { STRUCK } from "../fiber/state.ts";
import { addTracer } from "../scheduler/tracers.ts";
import { outcomeOf } from "./outcome-of.ts";
import { parkSiteOf } from "./park-sites.ts";
import { report } from "./report.ts";

/** Where each killed fiber got its kill. */
const sites = new WeakMap<object, string | undefined>();

/**
 * Reports every fiber that was killed, caught that and ended with a value. Gives
 * the way back.
 */
export function watchKills(): () => void {
  return addTracer(({ type, fiber }) => {
    const state = fiber as FiberState;
    const killing = state.extra?.killing;
    if (killing === undefined || state.isGuest) return;
    const isKilledNow = state.state === STRUCK && state.inbox === killing.strike.error;
    if (type === "run" && isKilledNow) sites.set(state, parkSiteOf(state));
    if (type === "end" && sites.has(state) && outcomeOf(state) === "success") swallowed(state);
  });
}

function swallowed(fiber: FiberState): void {
  const location = sites.get(fiber);
  const where = location === undefined ? "" : ` at ${location}`;
  const site = fiber.spawnSite === undefined ? "" : ` (spawned at ${fiber.spawnSite})`;
  report(
    `kill ${location ?? fiber.spawnSite ?? fiber.name}`,
    `Fiber "${fiber.name}"${site} swallowed its kill${where}: throw it on where isControl(error)`,
  );
}
