import type { WaiterList } from "../../internal/waiters.ts";
import { type Place, WaitingPlace } from "../../sync/place.ts";

/** A place of something else than a fiber, which is to be told. */
export interface Failing {
  fail(error: unknown): void;
}

/** What they wait for can't come any more: their waits throw. Callbacks are not called. */
export function failAll(places: WaiterList<Place & Partial<Failing>>, error: unknown): void {
  for (let place = places.shift(); place !== undefined; place = places.shift()) {
    if (place instanceof WaitingPlace) place.waiter.wakeThrowing(error);
    else place.fail?.(error);
  }
}
