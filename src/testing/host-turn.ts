import type { FiberCore } from "../fiber/core.ts";
import type { Step } from "../fiber/fiber-state.ts";
import { Op } from "../fiber/wait.ts";
import { host } from "../internal/host.ts";
import { hub } from "../scheduler/hub.ts";
import type { Park } from "../scheduler/park.ts";

/** After so many turns of the host it goes on, though some fiber never stops. */
const MOST_TURNS = 3;

class HostTurnPark implements Park {
  readonly #fiber: FiberCore;

  constructor(fiber: FiberCore) {
    this.#fiber = fiber;
  }

  wait(turns: number): void {
    if (turns === 0) this.wake();
    else host.setImmediate(() => this.wait(turns - 1));
  }

  readonly wake = (): void => {
    if (this.#fiber.park !== this) return;
    this.cancel();
    this.#fiber.wake(undefined);
  };

  cancel(): boolean {
    hub.idlers = hub.idlers.filter((idler) => idler !== this.wake);
    return true;
  }

  describe(): string {
    return "a turn of the host";
  }
}

class HostTurn extends Op<void> {
  begin(fiber: FiberCore): Step {
    const park = new HostTurnPark(fiber);
    // As an idler, so that a virtual clock stands still meanwhile.
    hub.whenIdle(park.wake);
    park.wait(MOST_TURNS);
    return fiber.parkOn(park);
  }
}

/** Waits until nothing is ready and the host had a turn: for what is closed a moment later. */
export const hostTurn: HostTurn = /* @__PURE__ */ new HostTurn();
