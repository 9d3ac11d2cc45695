import type { Park } from "../scheduler/park.ts";
import type { FiberCore } from "./core.ts";
import { type FiberState, type Observer, ready, type Step } from "./fiber-state.ts";
import type { Strike } from "./strike.ts";
import { Op } from "./wait.ts";

/**
 * Fibers that work for one other, their leader. It can wait until there is room
 * for one more; the first failure is thrown into it wherever it waits.
 */
export class Crew implements Park, Observer {
  readonly #leader: FiberCore;
  readonly #working = new Set<FiberState>();
  readonly observes = true;
  readonly prompt = true;
  #strike: Strike | undefined;
  #disbanded = false;

  constructor(leader: FiberCore) {
    this.#leader = leader;
  }

  get size(): number {
    return this.#working.size;
  }

  get working(): FiberState[] {
    return [...this.#working];
  }

  add(fiber: FiberState): void {
    this.#working.add(fiber);
    fiber.observe(this);
  }

  settled(fiber: FiberState): void {
    this.#working.delete(fiber);
    if (this.#disbanded) return;
    const { failure } = fiber;
    if (failure !== undefined && this.#strike === undefined) {
      this.#strike = { error: this.#leader.failing(failure), level: this.#leader.more.mask };
      this.#leader.strike(this.#strike);
    } else if (this.#leader.park === this) this.#leader.wake(undefined);
  }

  /** Throws a failure that the leader was not waiting for when it came. */
  throwFailure(): void {
    if (this.#strike === undefined) return;
    this.disband();
    throw this.#strike.error;
  }

  /** The leader goes its own way: a failure that was not thrown yet never is. */
  disband(): void {
    this.#disbanded = true;
    if (this.#strike !== undefined) this.#leader.withdraw(this.#strike);
  }

  cancel(): boolean {
    return true;
  }

  describe(): string {
    return `forEach (${this.#working.size} at work)`;
  }

  holders(): FiberState[] {
    return this.working;
  }
}

/** Waits until at most `most` of a crew are at work. */
export class Room extends Op<void> {
  readonly #crew: Crew;
  readonly #most: number;

  constructor(crew: Crew, most: number) {
    super();
    this.#crew = crew;
    this.#most = most;
  }

  begin(fiber: FiberCore): Step {
    return this.#crew.size <= this.#most ? ready(undefined) : fiber.parkOn(this.#crew);
  }
}
