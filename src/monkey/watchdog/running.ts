import type { FiberCore } from "../../fiber/core.ts";
import type { Fiber } from "../../fiber/fiber.ts";
import { hub } from "../../scheduler/hub.ts";
import { addTracer } from "../../scheduler/tracers.ts";
import { nearestFiber, realFiber } from "../owner.ts";
import type { Slate } from "./slate.ts";
import type { Running } from "./watch.ts";

/** How the watchdog names a fiber. */
function wordsFor(fiber: FiberCore): string {
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
      id: fiber?.id ?? 0,
      fiber: fiber && wordsFor(fiber),
      frames: framesBelow(),
    };
    return JSON.stringify(running);
  }
}

/** As much as a reader takes in, and what of it is fibril's. */
const STACK_DEPTH = 50;

/** What runs below the question, which has a frame of its own. */
function framesBelow(): string[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = STACK_DEPTH;
  const { stack } = new Error() as { readonly stack?: unknown };
  Error.stackTraceLimit = stackTraceLimit;
  // A program's own `Error.prepareStackTrace` may give anything.
  const lines = typeof stack === "string" ? stack.split("\n").map((line) => line.trim()) : [];
  const question = lines.findIndex((line) => line.startsWith("at <anonymous>:1:"));
  return lines.slice(question + 1).filter((line) => line.startsWith("at "));
}

/**
 * So many places of fibers are put into words between two beats: each takes 10 us.
 * Where fibers are spawned faster than that, the rest go by their names alone.
 */
const PLACES_A_BEAT = 50;

/**
 * Notes at each step which fiber runs, where nobody can ask the program while it
 * blocks: some 40 ns a step.
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
      if (type === "run") {
        // A guest's id is 0, which has no name.
        if (!slate.enter(fiber.id)) this.#name(fiber as FiberCore);
      } else if (type === "stop") this.leave(fiber as FiberCore);
    });
  }

  /** A step is over: was the fiber told of meanwhile? */
  leave(runnable: FiberCore): void {
    if (!this.#slate.leave()) return;
    const fiber = realFiber(runnable);
    if (fiber?.id === this.#slate.toldOf) this.#culprit.fiber = fiber as Fiber;
  }

  /** A beat of the program. */
  refill(): void {
    this.#placesLeft = PLACES_A_BEAT;
  }

  #name(runnable: FiberCore): void {
    this.#slate.hasFibers = true;
    const fiber = realFiber(runnable);
    if (fiber === undefined || this.#slate.enter(fiber.id)) return;
    const hasPlace = this.#placesLeft-- > 0;
    this.#slate.setName(fiber.id, hasPlace ? wordsFor(fiber) : nameFor(fiber));
  }
}
