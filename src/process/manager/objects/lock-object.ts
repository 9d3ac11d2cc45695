import type { Yieldable } from "../../../fiber/wait.ts";
import type { AcquireOptions } from "../../../sync/lockable.ts";
import { Semaphore } from "../../../sync/semaphore.ts";
import { type Caller, type Client, caller, type Holding, isSame } from "../server/caller.ts";

type Steps<A> = Generator<Yieldable, A, never>;

/** What a Lock or an RLock of a manager is in its server; it knows which fiber of which client holds it. */
export class LockObject implements Holding {
  readonly #isReentrant: boolean;
  readonly #gate: Semaphore = new Semaphore(1);
  #owner: Caller | undefined;
  #levels = 0;
  #isAbandoned = false;

  constructor(isReentrant: boolean) {
    this.#isReentrant = isReentrant;
  }

  acquire(options?: AcquireOptions): unknown {
    const who = caller();
    if (this.#isReentrant && this.isOwnedBy(who)) {
      this.#levels++;
      return true;
    }
    if (!this.#gate.tryAcquire()) return this.#wait(who, options);
    this.#take(who, 1);
    return true;
  }

  release(): void {
    if (this.#owner === undefined) {
      throw new Error("Cannot release an unlocked lock: acquire it before, and release it once");
    }
    if (this.#isReentrant && !this.isOwnedBy(caller())) {
      throw new Error("Cannot release a recursive lock that is held by another fiber or process");
    }
    if (--this.#levels === 0) this.#let();
  }

  locked(): boolean {
    return this.#owner !== undefined;
  }

  /** Whether the last owner's process ended while it held it. */
  abandoned(): boolean {
    return this.#isAbandoned;
  }

  abandon(client: Client): void {
    if (this.#owner?.client !== client) return;
    this.#isAbandoned = true;
    this.#let();
  }

  // For a Condition on it.

  isOwnedBy(who: Caller): boolean {
    return isSame(this.#owner, who);
  }

  /** Gives how often it was acquired. */
  releaseAll(): number {
    const levels = this.#levels;
    this.#let();
    return levels;
  }

  *reacquire(who: Caller, levels: number): Steps<void> {
    yield* this.#gate.acquire();
    this.#take(who, levels);
  }

  *#wait(who: Caller, options: AcquireOptions | undefined): Steps<boolean> {
    if (!(yield* this.#gate.acquire(options))) return false;
    this.#take(who, 1);
    return true;
  }

  #take(who: Caller, levels: number): void {
    this.#owner = who;
    this.#levels = levels;
    who.client.holdings.add(this);
    // It ended while it waited.
    if (who.client.hasEnded) this.#let();
  }

  #let(): void {
    this.#owner?.client.holdings.delete(this);
    this.#owner = undefined;
    this.#levels = 0;
    this.#gate.release();
  }
}
