import { Ring } from "../internal/ring.ts";

/**
 * Effect's priorities other than 0, which the ready ring has no room for.
 * Lower numbers go first: those below 0 before the ring, the others after it.
 */
export class Lanes {
  readonly #rings = new Map<number, Ring<() => void>>();
  #order: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(task: () => void, priority: number): void {
    let ring = this.#rings.get(priority);
    if (ring === undefined) {
      ring = new Ring(16);
      this.#rings.set(priority, ring);
      this.#order = [...this.#rings.keys()].sort((a, b) => a - b);
    }
    ring.push(task);
    this.#size++;
  }

  /** The first task with a priority below 0. */
  shiftUrgent(): (() => void) | undefined {
    return this.#shift((priority) => priority < 0);
  }

  /** The first task with a priority above 0. */
  shiftPatient(): (() => void) | undefined {
    return this.#shift((priority) => priority > 0);
  }

  #shift(fits: (priority: number) => boolean): (() => void) | undefined {
    if (this.#size === 0) return undefined;
    for (const priority of this.#order) {
      const ring = this.#rings.get(priority);
      if (!fits(priority) || ring === undefined || ring.isEmpty()) continue;
      this.#size--;
      return ring.shift();
    }
    return undefined;
  }
}
