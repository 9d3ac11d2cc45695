import { ready, type Step } from "../../fiber/fiber-state.ts";
import { SelectableOp, type Waiter } from "../../fiber/selectable.ts";
import { resume, resumeThrowing } from "../../sync/notifier.ts";
import { RoomPlace } from "../shm/shared-room.ts";
import type { FlowPlace, FlowRoom } from "./flow-room.ts";

/** What an attempt gives that has to wait. */
export const LATER: unique symbol = Symbol("later");

/** What waits at a room: whose turn has come tries again. */
export abstract class FlowOp<A> extends SelectableOp<A> {
  /** Does it, or throws, or gives LATER; then, with `isInLine`, it has seen to it that it is tried again. */
  abstract attempt(isInLine?: "in line"): A | typeof LATER;
  abstract describe(): string;
  abstract get room(): FlowRoom;

  poll(): Step | undefined {
    let value = this.attempt();
    if (value === LATER && this.room.look()) value = this.attempt();
    return value === LATER ? undefined : ready(value);
  }

  enlist(waiter: Waiter): OpPlace<A> {
    return this.room.enlist(new OpPlace(waiter, this));
  }
}

class OpPlace<A> extends RoomPlace implements FlowPlace {
  protected readonly room: FlowRoom;
  readonly #op: FlowOp<A>;
  #value: A | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(waiter: Waiter, op: FlowOp<A>) {
    super(waiter);
    this.room = op.room;
    this.#op = op;
  }

  attempt(): boolean {
    try {
      const value = this.#op.attempt("in line");
      if (value === LATER) return false;
      this.#value = value;
    } catch (error) {
      this.#failure = { error };
    }
    return true;
  }

  serve(): void {
    if (this.#failure === undefined) resume(this.waiter, this.#value);
    else resumeThrowing(this.waiter, this.#failure.error);
  }

  describe(): string {
    return this.#op.describe();
  }
}
