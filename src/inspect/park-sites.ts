import { FiberState, type Step } from "../fiber/fiber-state.ts";
import { CallSite } from "./call-site.ts";

/** Where each fiber waited last. */
const sites = new WeakMap<FiberState, CallSite>();

/** The line of the program in which `fiber` waits, or waited last, if that was recorded. */
export function parkSiteOf(fiber: FiberState): string | undefined {
  return sites.get(fiber)?.location;
}

/**
 * Records from now on where each fiber waits; gives the way back. A stack costs
 * more than a park, so the core has no place for this: the two methods by which
 * every op parks are replaced meanwhile.
 */
export function recordParkSites(): () => void {
  const { parkOn, requeue } = FiberState.prototype;
  FiberState.prototype.parkOn = function recordedPark(this: FiberState, park): Step {
    sites.set(this, new CallSite(recordedPark));
    return parkOn.call(this, park);
  };
  FiberState.prototype.requeue = function recordedRequeue(this: FiberState): Step {
    sites.set(this, new CallSite(recordedRequeue));
    return requeue.call(this);
  };
  return () => Object.assign(FiberState.prototype, { parkOn, requeue });
}
