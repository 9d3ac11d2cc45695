import { Gate, type LockOptions } from "./gate.ts";
import type { Owner } from "./lock-owner.ts";

/** Who holds a lock, how often, and who waits for it: what Lock and RLock have in common. */
export class Mutex extends Gate {
  readonly kind: "lock" | "rlock";
  owner: Owner | undefined = undefined;
  /** How often the owner has acquired it. */
  levels = 0;
  /** A lock that was ever released by another than its owner is no lock but a signal. */
  isSignal = false;

  constructor(kind: "lock" | "rlock", options: LockOptions | undefined) {
    super(options);
    this.kind = kind;
  }

  protected isOpen(): boolean {
    return this.owner === undefined;
  }

  take(owner: Owner): boolean {
    if (this.owner === undefined) {
      this.owner = owner;
      this.levels = 1;
      return true;
    }
    if (this.kind === "lock" || this.owner !== owner) return false;
    this.levels++;
    return true;
  }

  /** Undoes one `take`. */
  leave(): void {
    if (--this.levels > 0) return;
    this.owner = undefined;
    this.opened();
  }
}
