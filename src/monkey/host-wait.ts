import * as Cause from "effect/Cause";
import type { FiberCore } from "../fiber/core.ts";
import type { Step } from "../fiber/fiber-state.ts";
import { Op } from "../fiber/wait.ts";
import type { Park } from "../scheduler/park.ts";

/** A call of the host that is under way. */
export interface HostCall<A> {
  readonly promise: Promise<A>;
  /** For reports, such as `fetch GET https://example.org`. */
  describe(): string;
  /** `fiber` was killed or timed out while it waited. */
  leave(fiber: FiberCore): void;
}

/** `yield*` of a call that is under way; a kill or a timeout there ends the call. */
export class HostWait<A> extends Op<A, unknown> {
  readonly #call: HostCall<A>;

  constructor(call: HostCall<A>) {
    super();
    this.#call = call;
  }

  begin(fiber: FiberCore): Step {
    return parkOnCall(fiber, this.#call);
  }
}

/** Parks `fiber` until `call` has settled. */
export function parkOnCall(fiber: FiberCore, call: HostCall<unknown>): Step {
  const park = new HostPark(fiber, call);
  const step = fiber.parkOn(park);
  call.promise.then(
    (value) => fiber.park === park && fiber.wake(value),
    (error) => {
      if (fiber.park === park) fiber.wakeFailed({ error, cause: Cause.fail(error) });
    },
  );
  return step;
}

class HostPark implements Park {
  readonly #fiber: FiberCore;
  readonly #call: HostCall<unknown>;

  constructor(fiber: FiberCore, call: HostCall<unknown>) {
    this.#fiber = fiber;
    this.#call = call;
  }

  cancel(): boolean {
    this.#call.leave(this.#fiber);
    return true;
  }

  describe(): string {
    return this.#call.describe();
  }
}
