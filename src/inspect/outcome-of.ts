import * as Exit from "effect/Exit";
import type { FiberState } from "../fiber/fiber-state.ts";
import { isInterrupt } from "../fiber/outcome.ts";

/** How a fiber has ended: as its `status`, but no look that counts as having seen its failure. */
export function outcomeOf({ settledExit }: FiberState): "success" | "failure" | "killed" {
  if (settledExit === undefined || Exit.isSuccess(settledExit)) return "success";
  return isInterrupt(settledExit.cause) ? "killed" : "failure";
}
