import type { Fiber } from "../../fiber/fiber.ts";
import { forEach } from "../../fiber/for-each.ts";
import { killCores } from "../../fiber/kill.ts";
import { begin, makeFiber } from "../../fiber/spawn.ts";
import type { Yieldable } from "../../fiber/wait.ts";
import type { Delivery } from "./async-result.ts";
import type { Foreman, WorkSource } from "./foreman.ts";

/** Waits for the items of an async source, all of which a map has to know. */
export class Gathering implements WorkSource {
  readonly #foreman: Foreman;
  readonly #delivery: Delivery<unknown[]>;
  readonly #fiber: Fiber;

  constructor(
    foreman: Foreman,
    source: AsyncIterable<unknown>,
    go: (list: readonly unknown[]) => void,
    delivery: Delivery<unknown[]>,
  ) {
    this.#foreman = foreman;
    this.#delivery = delivery;
    foreman.sources.add(this);
    this.#fiber = makeFiber("map", this.#gather(source, go), undefined, Gathering as never);
    begin(this.#fiber);
  }

  *#gather(
    source: AsyncIterable<unknown>,
    go: (list: readonly unknown[]) => void,
  ): Generator<Yieldable, void, never> {
    const list: unknown[] = [];
    try {
      yield* forEach(source, (item) => void list.push(item));
      if (!this.#delivery.settled) go(list);
    } catch (error) {
      this.#reject(error);
    } finally {
      this.#foreman.sourceEnded(this);
    }
  }

  lift(): void {
    // It takes all anyway.
  }

  /** What the source still has is for nobody: it is closed. */
  refuse(error: unknown): void {
    this.#reject(error);
    void killCores([this.#fiber]);
  }

  #reject(error: unknown): void {
    if (!this.#delivery.settled) this.#delivery.reject(error);
  }
}
