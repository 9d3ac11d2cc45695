import { FiberState, type Step } from "../fiber/fiber-state.ts";
import type { Park } from "../scheduler/park.ts";
import { CallSite } from "./call-site.ts";

const sites = new WeakMap<Park, CallSite>();

/** Where the program's own code waits in `park`, if that was recorded. */
export function parkSiteOf(park: Park): string | undefined {
  return sites.get(park)?.location;
}

/**
 * Records from now on where each fiber waits; gives the way back. A stack costs
 * more than a park: the core has no place for this, and so in debug mode this
 * takes the place of its method.
 */
export function recordParkSites(): () => void {
  const { parkOn } = FiberState.prototype;
  FiberState.prototype.parkOn = function recordedParkOn(this: FiberState, park: Park): Step {
    sites.set(park, new CallSite(recordedParkOn));
    return parkOn.call(this, park);
  };
  return () => {
    FiberState.prototype.parkOn = parkOn;
  };
}
