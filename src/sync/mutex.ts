import type { FiberCore } from "../fiber/core.ts";
import { hub } from "../scheduler/hub.ts";
import { Gate, type LockOptions } from "./gate.ts";
import { currentOwner, isEffectOf, type Owner, ownerOf } from "./lock-owner.ts";

/** Who holds a lock, how often, and who waits for it: what Lock and RLock have in common. */
export class Mutex extends Gate {
  readonly kind: "lock" | "rlock";
  owner: Owner | undefined = undefined;
  /** Where it was acquired, once for each level: an owner may acquire it on several fibers. */
  readonly #takers: (FiberCore | undefined)[] = [];
  /** A lock that was ever released by another than its owner is no lock but a signal. */
  isSignal = false;

  constructor(kind: "lock" | "rlock", options: LockOptions | undefined) {
    super(options);
    this.kind = kind;
  }

  protected isOpen(): boolean {
    return this.owner === undefined;
  }

  /** How often the owner has acquired it. */
  get levels(): number {
    return this.#takers.length;
  }

  /** For an owner that runs on `fiber`, if it does on any. */
  take(owner: Owner, fiber: FiberCore | undefined): boolean {
    if (this.owner === undefined) this.owner = owner;
    else if (this.kind === "lock" || !this.#isHeldBy(owner, fiber)) return false;
    this.#takers.push(fiber);
    return true;
  }

  /** Undoes one `take`. */
  leave(): void {
    this.#takers.pop();
    if (this.#takers.length > 0) return;
    this.owner = undefined;
    this.opened();
  }

  /** Whether the code that runs now holds it. */
  isHeldHere(): boolean {
    const fiber = hub.current as FiberCore | undefined;
    if (this.owner === undefined) return false;
    // Within an Effect that it performs right now the fiber is the owner still.
    if (fiber !== undefined && this.#isHeldBy(ownerOf(fiber), fiber)) return true;
    return this.#isHeldBy(currentOwner(), fiber);
  }

  /** A fiber and the Effect that it performs are one, whichever of them acquired it. */
  #isHeldBy(owner: Owner, fiber: FiberCore | undefined): boolean {
    if (this.owner === owner || isEffectOf(this.owner, fiber)) return true;
    return this.#takers.some((taker) => isEffectOf(owner, taker));
  }
}
