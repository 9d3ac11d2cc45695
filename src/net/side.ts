import type { FiberCore } from "../fiber/core.ts";
import { ready, type Step } from "../fiber/fiber-state.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import type { Park } from "../scheduler/park.ts";
import { ConcurrentObjectUseError } from "./concurrent-object-use-error.ts";
import { CLOSED, CLOSED_MEANWHILE, failed, type Reason, SocketError } from "./socket-error.ts";

/**
 * One side of a host's socket: what is read from it, written to it or accepted
 * by it. At most one fiber waits there, and every event of the host makes it
 * try again.
 */
export abstract class Side {
  /** Of which address, in messages. */
  readonly address: string;
  /** Why nothing more will come; what is here can still be had. */
  protected over: Reason | undefined;
  #sitter: Sitter | undefined;
  #watchers: Set<() => void> | undefined;

  constructor(address: string) {
    this.address = address;
  }

  /** Whether a fiber waits here. */
  get taken(): boolean {
    return this.#sitter !== undefined;
  }

  /** Something has happened: who waits tries again, whoever watches looks. */
  serve(): void {
    this.#sitter?.tryAgain();
    if (this.#watchers === undefined) return;
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** It is over, for the first reason given. */
  break(reason: Reason): void {
    this.over ??= reason;
    this.serve();
  }

  /** Closed by this program: nothing can be had any more. */
  close(): void {
    this.over = CLOSED_MEANWHILE;
    this.serve();
    this.over = CLOSED;
  }

  /** Calls `watcher` whenever something has happened here; gives the way back. */
  watch(watcher: () => void): () => void {
    this.#watchers ??= new Set();
    this.#watchers.add(watcher);
    return () => void this.#watchers?.delete(watcher);
  }

  protected refuse(what: string, reason: Reason): never {
    throw new SocketError(`${what} ${this.address}`, reason);
  }

  /** Throws if somebody else waits here. */
  refuseSecond(fiber: FiberCore, what: string): void {
    const first = this.#sitter;
    if (first === undefined) return;
    throw new ConcurrentObjectUseError(`${what} ${this.address}`, first.fiber.name, fiber.name);
  }

  seat(sitter: Sitter): Sitter {
    this.#sitter = sitter;
    return sitter;
  }

  leave(sitter: Sitter): void {
    if (this.#sitter === sitter) this.#sitter = undefined;
  }
}

export const NOT_YET: unique symbol = Symbol("not yet");

/** Does its work and gives the result, unless it would have to wait. */
export type Attempt<A> = () => A | typeof NOT_YET;

/** The fiber that waits on a side. */
export class Sitter implements Park {
  readonly side: Side;
  readonly what: string;
  readonly fiber: FiberCore;
  readonly #waiter: Waiter;
  readonly #attempt: Attempt<unknown>;

  constructor(
    side: Side,
    what: string,
    fiber: FiberCore,
    attempt: Attempt<unknown>,
    waiter: Waiter = fiber,
  ) {
    this.side = side;
    this.what = what;
    this.fiber = fiber;
    this.#attempt = attempt;
    this.#waiter = waiter;
  }

  tryAgain(): void {
    let got: unknown;
    try {
      got = this.#attempt();
      if (got === NOT_YET) return;
    } catch (error) {
      this.side.leave(this);
      return this.#waiter.wakeFailed(failed(error));
    }
    this.side.leave(this);
    this.#waiter.wake(got);
  }

  cancel(): boolean {
    this.side.leave(this);
    return true;
  }

  describe(): string {
    return `${this.what} ${this.side.address}`;
  }
}

/** Waits on a side until an attempt succeeds. */
export class SideOp<A, E = SocketError> extends SelectableOp<A, E> {
  readonly #side: Side;
  readonly #what: string;
  readonly #attempt: Attempt<A>;

  constructor(side: Side, what: string, attempt: Attempt<A>) {
    super();
    this.#side = side;
    this.#what = what;
    this.#attempt = attempt;
  }

  poll(fiber: FiberCore): Step | undefined {
    this.#side.refuseSecond(fiber, this.#what);
    const got = attemptIn(fiber, this.#attempt);
    return got === NOT_YET ? undefined : ready(got);
  }

  enlist(waiter: Waiter, fiber: FiberCore): Park {
    // Also in `select`, where this very fiber may wait here by another of its branches.
    this.#side.refuseSecond(fiber, this.#what);
    return this.#side.seat(new Sitter(this.#side, this.#what, fiber, this.#attempt, waiter));
  }
}

/** What it throws is a failure in the op's type, and no defect. */
export function attemptIn<A>(fiber: FiberCore, attempt: Attempt<A>): A | typeof NOT_YET {
  try {
    return attempt();
  } catch (error) {
    throw fiber.failing(failed(error));
  }
}
