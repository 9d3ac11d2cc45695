import type { FiberCore } from "../../fiber/core.ts";
import type { Fiber } from "../../fiber/fiber.ts";
import { hub } from "../../scheduler/hub.ts";
import { addTracer } from "../../scheduler/tracers.ts";
import { nearestFiber, realFiber } from "../owner.ts";
import type { Slate } from "./slate.ts";
import type { Running } from "./watch.ts";

/** How the watchdog names a fiber. */
export function wordsFor(fiber: FiberCore): string {
  const { spawnSite } = fiber;
  const where = spawnSite === undefined ? "" : ` (spawned at ${spawnSite})`;
  return `${nameFor(fiber)}${where}`;
}

function nameFor(fiber: FiberCore): string {
  return `Fiber "${fiber.name}"`;
}

/** Remembers the fiber that was found to block, for the event that follows. */
export class Culprit {
  fiber: Fiber | undefined;

  /** The watchdog asks the program this while it blocks. */
  describe(): string {
    const fiber = nearestFiber();
    this.fiber = fiber as Fiber | undefined;
    const running: Running = {
      hasFibers: !hub.roster.isEmpty(),
      fiber: fiber && wordsFor(fiber),
    };
    return JSON.stringify(running);
  }
}

/**
 * So many places of fibers are put into words between two beats: each takes 10 us.
 * Where fibers are spawned faster than that, the rest go by their names alone.
 */
const PLACES_A_BEAT = 50;

/**
 * Notes at each step which fiber runs, where nobody can ask the program while it
 * blocks: some 10 ns a step.
 */
export class StepNotes {
  readonly #slate: Slate;
  readonly #culprit: Culprit;
  readonly stop: () => void;
  #placesLeft = PLACES_A_BEAT;

  constructor(slate: Slate, culprit: Culprit) {
    this.#slate = slate;
    this.#culprit = culprit;
    this.stop = addTracer(({ type, fiber }) => {
      if (type === "run") this.#enter(fiber as FiberCore);
      else if (type === "stop") this.leave(fiber as FiberCore);
    });
  }

  /** A step is over: was the fiber told of meanwhile? */
  leave(runnable: FiberCore): void {
    this.#slate.running = 0;
    if (!this.#slate.wasTold) return;
    const fiber = realFiber(runnable);
    if (fiber?.id === this.#slate.toldOf) this.#culprit.fiber = fiber as Fiber;
  }

  /** A beat of the program. */
  refill(): void {
    this.#placesLeft = PLACES_A_BEAT;
  }

  #enter(runnable: FiberCore): void {
    const fiber = realFiber(runnable);
    const id = fiber?.id ?? 0;
    this.#slate.running = id;
    if (fiber === undefined || this.#slate.knows(id)) return;
    const hasPlace = this.#placesLeft-- > 0;
    this.#slate.setName(id, hasPlace ? wordsFor(fiber) : nameFor(fiber));
  }
}
