import type { FiberState } from "../fiber/fiber-state.ts";

/** Above every fiber's id, and no number that Perfetto gives a meaning of its own, as it does to 0. */
const FIRST_LANE = 1_000_000_000;

/** Where a fiber is drawn. */
export interface Track {
  readonly tid: number;
  readonly name: string;
  /** The main program's first, then by spawn. */
  readonly order: number;
}

/**
 * Gives each fiber a track: its id. Waits outside of fibers have none, come by
 * the thousand and overlap, so they share lanes, each one taking the lowest free.
 */
export class Tracks {
  /** The track of the top level: the first lane. */
  readonly top: Track = laneTrack(0);
  readonly #lanes: (FiberState | undefined)[] = [undefined];

  of(fiber: FiberState): Track {
    if (!fiber.isGuest) return { tid: fiber.id, name: fiber.name, order: fiber.id };
    const first = fiber.owner === undefined ? 0 : 1;
    const free = this.#lanes.indexOf(undefined, first);
    const lane = free < 0 ? this.#lanes.length : free;
    this.#lanes[lane] = fiber;
    return laneTrack(lane);
  }

  release(fiber: FiberState): void {
    const lane = this.#lanes.indexOf(fiber);
    if (lane >= 0) this.#lanes[lane] = undefined;
  }
}

function laneTrack(lane: number): Track {
  const name = lane === 0 ? "main" : `await ${lane}`;
  return { tid: FIRST_LANE + lane, name, order: lane - FIRST_LANE };
}
