import type { FiberCore } from "../fiber/core.ts";
import { type FiberState, ready, type Step } from "../fiber/fiber-state.ts";
import { refuseCycle } from "../fiber/join.ts";
import type { Waiter } from "../fiber/selectable.ts";
import { cycleExit } from "../scheduler/deadlock.ts";
import { fiberOf, nameOf, type Owner, ownerOf } from "./lock-owner.ts";
import { Acquire } from "./lockable.ts";
import type { Mutex } from "./mutex.ts";
import { WaitingPlace } from "./place.ts";

/** `yield* lock.acquire()` */
export class AcquireMutex extends Acquire {
  readonly #mutex: Mutex;

  constructor(mutex: Mutex) {
    super();
    this.#mutex = mutex;
  }

  poll(fiber: FiberCore): Step | undefined {
    return this.#mutex.take(ownerOf(fiber), fiber) ? ready(true) : undefined;
  }

  enlist(waiter: Waiter, fiber: FiberCore): MutexPlace {
    const place = new MutexPlace(waiter, this.#mutex, fiber);
    // One that waits for others as well may yet be woken by them.
    if (waiter === fiber) refuseDeadlock(fiber, place);
    this.#mutex.join(place);
    return place;
  }
}

/** Who waits for a lock. */
class MutexPlace extends WaitingPlace {
  readonly #mutex: Mutex;
  readonly #fiber: FiberCore;
  readonly #owner: Owner;

  constructor(waiter: Waiter, mutex: Mutex, fiber: FiberCore) {
    super(waiter);
    this.#mutex = mutex;
    this.#fiber = fiber;
    this.#owner = ownerOf(fiber);
  }

  serve(): void {
    this.#mutex.take(this.#owner, this.#fiber);
    this.#mutex.letIn(this.waiter, true);
  }

  describe(): string {
    return `${this.#mutex.kind}.acquire (${this.#heldBy()})`;
  }

  #heldBy(): string {
    const { owner } = this.#mutex;
    if (owner === undefined) return "just released";
    if (fiberOf(owner)?.dead === true)
      return `held by ${nameOf(owner)}, which has ended without a release`;
    if (owner !== this.#owner) return `held by ${nameOf(owner)}`;
    return "held by itself: an RLock can be acquired twice";
  }

  /** An RLock is released by its owner or not at all. Of a Lock that is not certain. */
  holder(): FiberState | undefined {
    return this.#mutex.kind === "rlock" ? this.holders()[0] : undefined;
  }

  /** The owner, if it can still do anything. */
  holders(): FiberState[] {
    const { owner } = this.#mutex;
    const fiber = fiberOf(owner);
    return fiber === undefined || fiber.dead || owner === this.#owner ? [] : [fiber];
  }

  /** Who has to release it unless it is a signal. */
  probableHolder(): FiberState | undefined {
    return this.#mutex.isSignal ? undefined : this.holders()[0];
  }
}

/** Throws the LoopExit if `fiber`, waiting at `place`, would wait for itself through others. */
function refuseDeadlock(fiber: FiberCore, place: MutexPlace): void {
  const cycle = findLockCycle(fiber, place);
  if (cycle !== undefined) throw cycleExit(cycle, place);
  const holder = place.holder();
  if (holder !== undefined) refuseCycle(fiber, holder, place);
}

/** Chains longer than this are left to the report at the program's end: the walk is per wait. */
const LONGEST_CYCLE = 128;

/**
 * Fibers that wait for each other's locks and for nothing else: they took them in
 * different orders. Anybody may release a Lock, so one that waits for its own, or
 * that its holder's own join leads to, may be a signal that a third one gives.
 */
function findLockCycle(start: FiberState, closing: MutexPlace): FiberState[] | undefined {
  const chain: FiberState[] = [];
  let fiber = start;
  let place = closing;
  while (!fiber.mayBeStruck && chain.length < LONGEST_CYCLE) {
    chain.push(fiber);
    const holder = place.probableHolder();
    if (holder === undefined) return undefined;
    if (holder === start) return chain;
    if (!(holder.park instanceof MutexPlace)) return undefined;
    fiber = holder;
    place = holder.park;
  }
  return undefined;
}
