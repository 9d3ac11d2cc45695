import type { FiberCore } from "../../fiber/core.ts";
import { type FiberState, ready, type Step } from "../../fiber/fiber-state.ts";
import type { Waiter } from "../../fiber/selectable.ts";
import { fiberOf, type Owner, ownerOf } from "../../sync/lock-owner.ts";
import { Acquire } from "../../sync/lockable.ts";
import { resume } from "../../sync/notifier.ts";
import { labelOf } from "./label.ts";
import { OWNED, REOWNED } from "./layout.ts";
import { RoomPlace } from "./shared-room.ts";

/** Whether its owner may acquire it once more. */
export type LockKind = "lock" | "rlock";

/** What those that wait for a lock need of it. */
export interface AwaitedLock {
  readonly kind: LockKind;
  readonly cell: number;
  /** Undefined unless it is a fiber of this process. */
  readonly owner: Owner | undefined;
  describeHolder(): string;
  takeOrSpin(fiber: FiberCore): boolean;
  enlist(waiter: Waiter, fiber: FiberCore): LockPlace;
  leave(place: LockPlace): void;
}

/** `yield* lock.acquire` */
export class AcquireLock extends Acquire {
  readonly #lock: AwaitedLock;

  constructor(lock: AwaitedLock) {
    super();
    this.#lock = lock;
  }

  poll(fiber: FiberCore): Step | undefined {
    return this.#lock.takeOrSpin(fiber) ? ready(true) : undefined;
  }

  enlist(waiter: Waiter, fiber: FiberCore): LockPlace {
    return this.#lock.enlist(waiter, fiber);
  }
}

/** The place of a fiber that waits for a lock. */
export class LockPlace extends RoomPlace {
  readonly fiber: FiberCore;
  readonly owner: Owner;
  protected readonly room: AwaitedLock;

  constructor(waiter: Waiter, lock: AwaitedLock, fiber: FiberCore) {
    super(waiter);
    this.room = lock;
    this.fiber = fiber;
    this.owner = ownerOf(fiber);
  }

  serve(): void {
    resume(this.waiter, true);
  }

  describe(): string {
    const { kind, cell } = this.room;
    const label = labelOf(kind === "lock" ? OWNED : REOWNED, cell);
    return `${label}.acquire (${this.room.describeHolder()})`;
  }

  /** An RLock is released by its owner or not at all. Of a Lock that is not certain. */
  holder(): FiberState | undefined {
    return this.room.kind === "rlock" ? this.holders()[0] : undefined;
  }

  /** The owner, if it is in this process and can still do anything. */
  holders(): FiberState[] {
    const fiber = fiberOf(this.room.owner);
    return fiber === undefined || fiber.dead || this.room.owner === this.owner ? [] : [fiber];
  }
}
