import { Fiber } from "../fiber/fiber.ts";
import type { FiberState, Observer } from "../fiber/fiber-state.ts";
import { killCores } from "../fiber/kill.ts";
import type { Origin } from "../fiber/origin.ts";
import type { Thrown } from "../fiber/outcome.ts";
import { begin } from "../fiber/spawn.ts";
import type { Yieldable } from "../fiber/wait.ts";
import { holdersOf } from "../scheduler/deadlock.ts";
import type { Parked } from "../scheduler/park.ts";
import { DAEMON } from "../scheduler/task.ts";
import type { Zip } from "./zip.ts";

/** Whoever has the items of a source worked on. */
export interface Eater {
  /** Where the fiber that takes them was begun. */
  origin(): Origin;
  /** That fiber, before it begins. */
  hired?(fiber: Fiber): void;
  /** Whether more may begin now. */
  hasRoom(): boolean;
  /** Takes what is begun at a time, and begins it; false at the source's end. */
  eat(): Generator<Yieldable, boolean, never>;
  /** No more will begin: the source is at its end, or failed. */
  over(failure: Thrown | undefined): void;
}

/**
 * Has a source eaten up in a fiber of its own. That ends as soon as there is no
 * room for the time being, and another one goes on later: nobody is left waiting
 * for one who never comes back.
 */
export class Feeder {
  readonly #zip: Zip;
  readonly #eater: Eater;
  #fiber: Fiber | undefined;
  #closer: Fiber | undefined;
  #isOver = false;

  constructor(zip: Zip, eater: Eater) {
    this.#zip = zip;
    this.#eater = eater;
  }

  /** Goes on, unless it is at it. */
  feed(): void {
    if (this.#isOver || this.#fiber !== undefined || !this.#eater.hasRoom()) return;
    const fiber = helper(this.#feeding(), this.#eater.origin());
    this.#fiber = fiber;
    this.#eater.hired?.(fiber);
    fiber.observe(this.#watch);
    begin(fiber);
  }

  *#feeding(): Generator<Yieldable, void, never> {
    while (!this.#isOver && this.#eater.hasRoom()) {
      if (!(yield* this.#eater.eat())) this.#isOver = true;
    }
  }

  /** Takes no more items and closes the source. */
  *close(): Generator<Yieldable, void, never> {
    const fiber = this.#fiber;
    this.stop();
    if (fiber !== undefined) yield* fiber.join();
    if (this.#closer !== undefined) yield* this.#closer.get();
  }

  stop(): void {
    this.#isOver = true;
    if (this.#fiber === undefined) this.#closeSource();
    else void killCores([this.#fiber]);
  }

  /** Who goes on before it does. */
  get holders(): readonly Parked[] {
    return this.#fiber === undefined ? [] : holdersOf(this.#fiber);
  }

  readonly #watch: Observer = {
    observes: true,
    prompt: true,
    settled: ({ failure }: FiberState) => {
      this.#fiber = undefined;
      if (failure !== undefined) this.#isOver = true;
      if (!this.#isOver) return;
      this.#closeSource();
      this.#eater.over(failure);
    },
  };

  #closeSource(): void {
    if (this.#closer !== undefined || !this.#zip.isOpen) return;
    this.#closer = begin(helper(this.#zip.close(), this.#eater.origin()));
  }
}

/** A daemon: it works for a reader, who alone keeps the program alive. */
function helper(body: Generator<Yieldable, void, never>, origin: Origin): Fiber<never, never> {
  const fiber = new Fiber<never, never>(body, undefined, origin);
  fiber.flags |= DAEMON;
  return fiber;
}
