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
  /** Ends it, or lets its late result be dropped; more than once is nothing. */
  cancel(reason: unknown): void;
}

/** `yield*` of a call that is under way; a kill or a timeout there ends the call. */
export class HostWait<A> extends Op<A, unknown> {
  readonly #call: HostCall<A>;

  constructor(call: HostCall<A>) {
    super();
    this.#call = call;
  }

  begin(fiber: FiberCore): Step {
    const park = new HostPark(this.#call);
    const step = fiber.parkOn(park);
    this.#call.promise.then(
      (value) => fiber.park === park && fiber.wake(value),
      (error) => {
        if (fiber.park === park) fiber.wakeFailed({ error, cause: Cause.fail(error) });
      },
    );
    return step;
  }
}

class HostPark implements Park {
  readonly #call: HostCall<unknown>;

  constructor(call: HostCall<unknown>) {
    this.#call = call;
  }

  cancel(): boolean {
    this.#call.cancel(new DOMException("The fiber no longer waits for it", "AbortError"));
    return true;
  }

  describe(): string {
    return this.#call.describe();
  }
}
