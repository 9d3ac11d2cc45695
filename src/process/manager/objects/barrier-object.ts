import type { WaitOptions } from "../../../fiber/limits.ts";
import type { Wait } from "../../../fiber/wait.ts";
import { Barrier } from "../../../sync/barrier.ts";

/** What a Barrier of a manager is in its server. One whose waiter is killed is broken. */
export class BarrierObject {
  readonly #barrier: Barrier;

  constructor(parties: number, options?: { readonly timeout?: number }) {
    this.#barrier = new Barrier(parties, options);
  }

  wait(options?: WaitOptions): Wait<number> {
    return this.#barrier.wait(options);
  }

  abort(): void {
    this.#barrier.abort();
  }

  reset(): void {
    this.#barrier.reset();
  }

  parties(): number {
    return this.#barrier.parties;
  }

  nWaiting(): number {
    return this.#barrier.nWaiting;
  }

  broken(): boolean {
    return this.#barrier.broken;
  }
}
