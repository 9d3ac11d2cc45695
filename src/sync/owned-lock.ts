import type { FiberCore } from "../fiber/core.ts";
import { hub } from "../scheduler/hub.ts";
import { AcquireMutex } from "./acquire-mutex.ts";
import type { LockOptions } from "./gate.ts";
import { currentOwner } from "./lock-owner.ts";
import { Lockable } from "./lockable.ts";
import { Mutex } from "./mutex.ts";

/** A lock that knows who holds it: what a Condition can be made on. */
export abstract class OwnedLock extends Lockable {
  protected readonly mutex: Mutex;

  constructor(kind: "lock" | "rlock", options: LockOptions | undefined) {
    const mutex = new Mutex(kind, options);
    super(new AcquireMutex(mutex));
    this.mutex = mutex;
  }

  tryAcquire(): boolean {
    return this.mutex.take(currentOwner(), hub.current as FiberCore | undefined);
  }

  locked(): boolean {
    return this.mutex.owner !== undefined;
  }

  /** Whether the fiber that runs now holds it. */
  owned(): boolean {
    return this.mutex.isHeldHere();
  }

  /** Releases it as often as it was acquired, and gives that number. */
  releaseAll(): number {
    const { levels } = this.mutex;
    this.release();
    for (let i = 1; i < levels; i++) this.release();
    return levels;
  }
}
