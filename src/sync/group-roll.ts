import type { FiberCore } from "../fiber/core.ts";
import type { Fiber } from "../fiber/fiber.ts";
import type { FiberState, Observer } from "../fiber/fiber-state.ts";
import type { Thrown } from "../fiber/outcome.ts";
import type { Waiter } from "../fiber/selectable.ts";
import { WaiterList, WaiterNode } from "../internal/waiters.ts";
import { Failures } from "./group-failures.ts";
import { Notifier, resume } from "./notifier.ts";

/** How a waiter is told that its turn has come: a Notifier resumes it, a kill wakes it. */
export type Tell = (waiter: Waiter, value: unknown) => void;

/** Whoever waits for room in a pool. */
export abstract class Candidate extends WaiterNode {
  /** The fiber that is to get in; `undefined` for one who only wants to know. */
  abstract readonly fiber: Fiber | undefined;
  /** There is room. It is off the line already. */
  abstract serve(tell: Tell): void;
}

/** Whoever waits until nobody is left. */
export abstract class Joiner extends WaiterNode {
  /** Whether it throws the first failure. */
  abstract readonly raises: boolean;
  abstract tell(failure: Thrown | undefined): void;
}

/**
 * Who is in a group or a pool, who waits to get in, and who waits for the end of
 * all. A member leaves within its last step, so that only live ones are in it.
 */
export class Roll {
  readonly kind: "group" | "pool";
  readonly members: Set<Fiber> = new Set();
  /** The fibers of `mapAsync`: a join waits for them, but they take no place. */
  readonly mappers: Set<Fiber> = new Set();
  /** The fibers of `imap`, which may wait for their reader: no join waits for them. */
  readonly feeders: Set<Fiber> = new Set();
  readonly failures: Failures = new Failures();
  readonly joiners: WaiterList<Joiner> = new WaiterList();
  /** Counts its kills: who feeds it since before the last one stops. */
  kills = 0;
  /** Counts how often nobody was left. */
  timesEmpty = 0;
  #size: number;
  readonly #line: WaiterList<Candidate> = new WaiterList();
  readonly #notifier: Notifier = new Notifier(
    () => this.#serveNext(),
    () => this.#line.size,
  );

  /** Watches members whose failures are for `join`. */
  readonly own: Observer = observer((fiber) => {
    this.failures.record(fiber);
    this.#left(fiber as Fiber);
  });

  /** Watches members whose failures are for whoever called `apply`, `map` or `imap`. */
  readonly lent: Observer = observer((fiber) => this.#left(fiber as Fiber));

  constructor(kind: "group" | "pool", size: number) {
    this.kind = kind;
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  set size(size: number) {
    this.#size = size;
    this.#openLine();
  }

  /** How many may still come in. */
  get free(): number {
    return Math.max(0, this.#size - this.members.size);
  }

  /** Takes a fiber in, whether there is room or not. */
  enter(fiber: Fiber, watch: Observer): void {
    this.members.add(fiber);
    fiber.observe(watch);
  }

  /** Has a fiber work for it that is no member; a kill is for that, too. */
  employ(fiber: Fiber, as: Set<Fiber>, watch: Observer): void {
    as.add(fiber);
    fiber.observe(watch);
  }

  has(fiber: FiberState): boolean {
    return this.members.has(fiber as Fiber);
  }

  /** Takes a live member out; false if it is none. */
  discard(fiber: Fiber): boolean {
    if (!this.members.has(fiber)) return false;
    fiber.unobserve(this.own);
    fiber.unobserve(this.lent);
    this.#left(fiber);
    return true;
  }

  /** Puts somebody in the line of those who wait for room. */
  enlist(candidate: Candidate): void {
    this.#line.push(candidate);
  }

  /** Takes somebody off the line, who may be off it already. */
  withdraw(candidate: Candidate): void {
    if (this.#line.remove(candidate)) this.#checkIdle();
  }

  /** Lets in whoever waits for room, whether there is some or not, and gives all that a kill is for. */
  draft(): FiberCore[] {
    for (const candidate of [...this.#line]) {
      if (candidate.fiber === undefined) continue;
      this.#line.remove(candidate);
      candidate.serve((waiter, value) => waiter.wake(value));
    }
    return [...this.members, ...this.mappers, ...this.feeders];
  }

  /** Whether nobody is at work, nor about to be. */
  isIdle(): boolean {
    if (this.members.size + this.mappers.size > 0) return false;
    return this.free === 0 || !this.#isAwaited();
  }

  /** Whether a fiber waits to get in. */
  #isAwaited(): boolean {
    if (this.#line.isEmpty()) return false;
    for (const candidate of this.#line) if (candidate.fiber !== undefined) return true;
    return false;
  }

  #left(fiber: Fiber): void {
    this.members.delete(fiber);
    this.mappers.delete(fiber);
    this.feeders.delete(fiber);
    this.#openLine();
    this.#checkIdle();
  }

  #openLine(): void {
    if (!this.#line.isEmpty() && this.free > 0) this.#notifier.notify();
  }

  #serveNext(): boolean {
    const candidate = this.free > 0 ? this.#line.shift() : undefined;
    candidate?.serve(resume);
    // It may have come only to look, or for a fiber that is dead.
    this.#checkIdle();
    return candidate !== undefined;
  }

  #checkIdle(): void {
    if (!this.isIdle()) return;
    this.timesEmpty++;
    if (this.joiners.isEmpty()) return;
    const joiners = [...this.joiners];
    const failure = joiners.some((joiner) => joiner.raises) ? this.failures.take() : undefined;
    for (const joiner of joiners) {
      this.joiners.remove(joiner);
      joiner.tell(failure);
    }
  }
}

/** Told within the member's last step; it has not seen how the member ended. */
function observer(settled: (fiber: FiberState) => void): Observer {
  return { observes: false, prompt: true, settled };
}
