import { shutForGet } from "../../sync/queue-refusals.ts";
import { BUSY } from "../ring/flow.ts";
import { FlowOp, LATER } from "../ring/flow-op.ts";
import type { FlowRoom } from "../ring/flow-room.ts";
import type { Store } from "./store.ts";

export class Put extends FlowOp<void> {
  readonly #store: Store;
  readonly #parcel: Uint8Array;

  constructor(store: Store, parcel: Uint8Array) {
    super();
    this.#store = store;
    this.#parcel = parcel;
  }

  get room(): FlowRoom {
    return this.#store.flow.space;
  }

  attempt(isInLine?: "in line"): undefined | typeof LATER {
    return this.#store.put(this.#parcel, isInLine) === true ? undefined : LATER;
  }

  describe(): string {
    return `${this.#store.label}.put (full)`;
  }
}

abstract class Taker<A> extends FlowOp<A> {
  protected readonly store: Store;

  constructor(store: Store) {
    super();
    this.store = store;
  }

  get room(): FlowRoom {
    return this.store.flow.items;
  }
}

export class Get<T> extends Taker<T> {
  attempt(isInLine?: "in line"): T | typeof LATER {
    const item = this.store.get(isInLine);
    if (item === LATER && this.store.isOver) throw shutForGet(this.store);
    return item === BUSY ? LATER : (item as T | typeof LATER);
  }

  describe(): string {
    return `${this.store.label}.get (empty)`;
  }
}

/** As `Get`, for iteration: a queue that was shut down is the end of it. */
export class Next<T> extends Taker<IteratorResult<T, undefined>> {
  attempt(isInLine?: "in line"): IteratorResult<T, undefined> | typeof LATER {
    const item = this.store.get(isInLine);
    if (item === BUSY) return LATER;
    if (item !== LATER) return { done: false, value: item as T };
    return this.store.isOver ? { done: true, value: undefined } : LATER;
  }

  describe(): string {
    return `${this.store.label}.next (empty)`;
  }
}
