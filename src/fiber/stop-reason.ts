import { hub } from "../scheduler/hub.ts";
import type { FiberState } from "./fiber-state.ts";
import { ENDING } from "./state.ts";

/** Why a fiber's step is over, for traces: what it waits for, or that it goes on by itself. */
export function stopReason(fiber: FiberState): string {
  const { park, extra } = fiber;
  if (park !== undefined) return park.describe();
  if (fiber.state === ENDING) return "the end of what it forked";
  return extra?.cutTurn === hub.turns ? "end of the turn" : "sleep(0)";
}
