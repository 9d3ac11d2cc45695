import type { FiberCore } from "../../fiber/core.ts";
import type { Waiter } from "../../fiber/selectable.ts";
import { hub } from "../../scheduler/hub.ts";
import { currentOwner, isEffectOf, nameOf, type Owner, ownerOf } from "../../sync/lock-owner.ts";
import type { Acquire } from "../../sync/lockable.ts";
import { fault } from "../fault.ts";
import { AcquireLock, type LockKind, LockPlace } from "./acquire-lock.ts";
import { atomics } from "./atomics.ts";
import { HUNGRY, OWNED, REOWNED, STATE, WAITED_FOR } from "./layout.ts";
import { ABANDONED, FREE, fiberIn, GIVEN, HOLDER, heldBy } from "./lock-state.ts";
import type { Member } from "./member.ts";
import { SharedRoom } from "./shared-room.ts";

/**
 * A lock between processes. It knows the process and the fiber that hold it. When
 * that process ends without a release, the next one gets it with `abandoned` set.
 *
 * A process that runs may take it before one that is rung for it. One that was rung in
 * vain is hungry: the next release gives it the lock, so that nobody waits for ever.
 */
export class LockWord extends SharedRoom<LockPlace> {
  readonly kind: LockKind;
  /** `yield* lock.acquire`: gives true. */
  readonly acquire: Acquire;
  /** What the state is while this process holds it. */
  #held: number = FREE;
  #owner: Owner | undefined;
  /** Where it was acquired first. */
  #taker: FiberCore | undefined;
  /** Where each further level was: an owner may acquire it on several fibers. Mostly empty, and kept so. */
  readonly #deeper: (FiberCore | undefined)[] = [];
  /** It was open when we were rung, and nobody here has had it since. */
  #wasCalledFor = false;

  static create(member: Member, kind: LockKind): LockWord {
    const cell = member.arena.allocate(1, kind === "lock" ? OWNED : REOWNED);
    return LockWord.at(member, cell, kind);
  }

  /** The lock in a cell, which another process may have made; of the same kind everywhere. */
  static at(member: Member, cell: number, kind: LockKind): LockWord {
    return member.roomAt(cell, () => new LockWord(member, cell, kind));
  }

  private constructor(member: Member, cell: number, kind: LockKind) {
    super(member, cell);
    this.kind = kind;
    this.acquire = new AcquireLock(this);
  }

  tryAcquire(): boolean {
    return this.takeFor(currentOwner(), hub.current as FiberCore | undefined);
  }

  /** Undoes one acquire, whoever did it; false if nobody holds it. */
  release(): boolean {
    if (this.#deeper.length > 0 && this.isHere()) {
      this.#deeper.pop();
      return true;
    }
    const held = this.#held;
    if (held === FREE || this.#swap(held, FREE) !== held) return this.#releaseSlowly();
    fault?.("lock.released");
    this.#forget();
    this.notify();
    return true;
  }

  locked(): boolean {
    return (this.#state & HOLDER) !== 0;
  }

  /** Whether a fiber of this process holds it. */
  isHere(): boolean {
    return this.#held !== FREE && (this.#state & ~WAITED_FOR) === this.#held;
  }

  /** Whether the code that runs now holds it. */
  isHeldHere(): boolean {
    if (!this.isHere()) return false;
    const fiber = hub.current as FiberCore | undefined;
    // Within an Effect that it performs right now the fiber is the owner still.
    if (fiber !== undefined && this.#isHeldBy(ownerOf(fiber), fiber)) return true;
    return this.#isHeldBy(currentOwner(), fiber);
  }

  /** Releases it as often as it was acquired, and gives that number. */
  releaseAll(): number {
    const { levels } = this;
    this.#flatten();
    this.release();
    return levels;
  }

  /** Who holds it, if that is a fiber of this process. */
  get owner(): Owner | undefined {
    return this.isHere() ? this.#owner : undefined;
  }

  /** How often its owner has acquired it. */
  get levels(): number {
    return this.isHere() ? this.#deeper.length + 1 : 0;
  }

  /** Until its release: whether the one who held it before ended without one. What it guards may be half done. */
  get abandoned(): boolean {
    return this.isHere() && (this.#held & ABANDONED) !== 0;
  }

  /** The process that holds it, or 0. */
  get holderPid(): number {
    const holder = this.#state & HOLDER;
    return holder === 0 ? 0 : this.member.table.pidIn(holder - 1);
  }

  /** For reports. */
  describeHolder(): string {
    const { owner } = this;
    if (owner !== undefined) return `held by ${nameOf(owner)}`;
    const state = this.#state;
    const process = this.member.table.describe((state & HOLDER) - 1);
    if (process === undefined) return "just released";
    const fiber = fiberIn(state);
    return fiber === 0 ? `held by ${process}` : `held by fiber ${fiber} of ${process}`;
  }

  /** Gives the cell back: no process may use the lock any more. */
  free(): void {
    this.member.closeRoom(this.cell);
    this.member.arena.free(this.cell, 1);
  }

  /** @internal */
  takeFor(owner: Owner, fiber: FiberCore | undefined): boolean {
    const mine = heldBy(this.member.slot, idOf(owner));
    const state = this.#swap(FREE, mine);
    if (state === FREE) return this.#hold(mine, owner, fiber);
    if ((state & HOLDER) === 0) return this.#takeFree(mine, owner, fiber);
    if (this.kind === "lock" || !this.isHere() || !this.#isHeldBy(owner, fiber)) return false;
    this.#deeper.push(fiber);
    return true;
  }

  /** @internal */
  takeOrSpin(fiber: FiberCore): boolean {
    const owner = ownerOf(fiber);
    if (this.takeFor(owner, fiber)) return true;
    return !this.isHere() && this.spin() && this.takeFor(owner, fiber);
  }

  /** @internal */
  enlist(waiter: Waiter, fiber: FiberCore): LockPlace {
    return this.join(new LockPlace(waiter, this, fiber));
  }

  protected isOpen(): boolean {
    const state = this.#state;
    return (state & HOLDER) === 0 || this.#isGivenHere(state);
  }

  protected take(place: LockPlace): boolean {
    for (;;) {
      if (this.#takeGiven(place) || this.takeFor(place.owner, place.fiber)) {
        this.#wasCalledFor = false;
        this.#eat();
        return true;
      }
      if (!this.#wasCalledFor) return false;
      this.#wasCalledFor = false;
      atomics.compareExchange(this.words, this.at + HUNGRY, 0, this.member.slot + 1);
      fault?.("lock.hungry");
      if (!this.isOpen()) return false;
    }
  }

  protected override calledFor(): void {
    this.#wasCalledFor = true;
  }

  protected override left(): void {
    if (this.places.isEmpty()) {
      this.#wasCalledFor = false;
      this.#eat();
      this.#takeBack(this.member.slot + 1);
    }
    super.left();
  }

  get #state(): number {
    return atomics.load(this.words, this.at + STATE);
  }

  #swap(from: number, to: number): number {
    return atomics.compareExchange(this.words, this.at + STATE, from, to);
  }

  /** It is waited for, marked, or held by another process. */
  #releaseSlowly(): boolean {
    for (;;) {
      const state = this.#state;
      if ((state & HOLDER) === 0 || (state & GIVEN) !== 0) return false;
      const hungry = atomics.load(this.words, this.at + HUNGRY);
      const next = (hungry === 0 ? FREE : hungry | GIVEN) | (state & WAITED_FOR);
      if (this.#swap(state, next) !== state) continue;
      fault?.(hungry === 0 ? "lock.released" : "lock.given");
      if ((state & ~WAITED_FOR) === this.#held) this.#forget();
      if (hungry === 0) this.opened(state);
      else this.#hand(hungry);
      return true;
    }
  }

  /** Tells the process that was rung in vain before, and for which the lock is now. */
  #hand(hungry: number): void {
    if (hungry === this.member.slot + 1) return this.notify();
    // It may have no fiber left that waits, and have looked before it was given.
    const isStill = atomics.load(this.words, this.at + HUNGRY) === hungry;
    if (!isStill || !this.member.ring(hungry - 1)) this.#takeBack(hungry);
  }

  /** What was given to a process and not taken there is for the next one. */
  #takeBack(holder: number): void {
    for (;;) {
      const state = this.#state;
      if ((state & GIVEN) === 0 || (state & HOLDER) !== holder) return;
      if (this.#swap(state, state & (ABANDONED | WAITED_FOR)) !== state) continue;
      return this.opened(state);
    }
  }

  #isGivenHere(state: number): boolean {
    return (state & GIVEN) !== 0 && (state & HOLDER) === this.member.slot + 1;
  }

  #takeGiven({ owner, fiber }: LockPlace): boolean {
    for (;;) {
      const state = this.#state;
      if (!this.#isGivenHere(state)) return false;
      if (this.#takeFrom(state, heldBy(this.member.slot, idOf(owner)), owner, fiber)) return true;
    }
  }

  #takeFree(mine: number, owner: Owner, fiber: FiberCore | undefined): boolean {
    for (;;) {
      const state = this.#state;
      if ((state & HOLDER) !== 0) return false;
      if (this.#takeFrom(state, mine, owner, fiber)) return true;
    }
  }

  /** Keeps what the state is marked with. */
  #takeFrom(state: number, mine: number, owner: Owner, fiber: FiberCore | undefined): boolean {
    const held = mine | (state & ABANDONED);
    if (this.#swap(state, held | (state & WAITED_FOR)) !== state) return false;
    return this.#hold(held, owner, fiber);
  }

  #hold(state: number, owner: Owner, fiber: FiberCore | undefined): true {
    fault?.("lock.taken");
    this.#held = state;
    this.#owner = owner;
    this.#taker = fiber;
    // Another process may have released it.
    this.#flatten();
    return true;
  }

  /** A fiber and the Effect that it performs are one, whichever of them acquired it. */
  #isHeldBy(owner: Owner, fiber: FiberCore | undefined): boolean {
    if (this.#owner === owner || isEffectOf(this.#owner, fiber)) return true;
    return [this.#taker, ...this.#deeper].some((taker) => isEffectOf(owner, taker));
  }

  #forget(): void {
    this.#held = FREE;
    this.#owner = undefined;
    this.#taker = undefined;
    this.#flatten();
  }

  /** To empty an array, even an empty one, costs more than all the rest. */
  #flatten(): void {
    if (this.#deeper.length > 0) this.#deeper.length = 0;
  }

  /** Hungry no more. */
  #eat(): void {
    const me = this.member.slot + 1;
    if (atomics.load(this.words, this.at + HUNGRY) !== me) return;
    atomics.compareExchange(this.words, this.at + HUNGRY, me, 0);
  }
}

function idOf(owner: Owner): number {
  return typeof owner === "object" ? owner.id : 0;
}
