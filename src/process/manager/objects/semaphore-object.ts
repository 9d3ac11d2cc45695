import type { Yieldable } from "../../../fiber/wait.ts";
import { BoundedSemaphore } from "../../../sync/bounded-semaphore.ts";
import type { AcquireOptions } from "../../../sync/lockable.ts";
import { Semaphore } from "../../../sync/semaphore.ts";
import { type Client, caller, type Holding } from "../server/caller.ts";

/** What a Semaphore of a manager is in its server; what a client holds comes back when it ends. */
export class SemaphoreObject implements Holding {
  readonly #semaphore: Semaphore | BoundedSemaphore;
  readonly #taken: Map<Client, number> = new Map();

  constructor(value: number | undefined, isBounded: boolean) {
    this.#semaphore = isBounded ? new BoundedSemaphore(value) : new Semaphore(value);
  }

  acquire(options?: AcquireOptions): unknown {
    const { client } = caller();
    if (!this.#semaphore.tryAcquire()) return this.#wait(client, options);
    this.#count(client, 1);
    return true;
  }

  release(count = 1): void {
    this.#semaphore.release(count);
    this.#count(caller().client, -count);
  }

  getValue(): number {
    return this.#semaphore.counter;
  }

  locked(): boolean {
    return this.#semaphore.locked();
  }

  abandon(client: Client): void {
    const taken = this.#taken.get(client) ?? 0;
    this.#taken.delete(client);
    if (taken > 0) this.#semaphore.release(taken);
  }

  *#wait(
    client: Client,
    options: AcquireOptions | undefined,
  ): Generator<Yieldable, boolean, never> {
    if (!(yield* this.#semaphore.acquire(options))) return false;
    this.#count(client, 1);
    return true;
  }

  /** One client may release what another has acquired: below 0 it holds nothing. */
  #count(client: Client, by: number): void {
    this.#taken.set(client, Math.max(0, (this.#taken.get(client) ?? 0) + by));
    client.holdings.add(this);
    if (client.hasEnded) this.abandon(client);
  }
}
