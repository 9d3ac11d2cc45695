import { ready, type Step } from "../fiber/fiber-state.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import type { WaiterList } from "../internal/waiters.ts";
import type { Depot } from "./depot.ts";
import { NOTHING } from "./exchange.ts";
import { type Attempt, QueuePlace } from "./queue-place.ts";
import { shutForGet } from "./queue-refusals.ts";

/** What waits at a queue, in one of its lines: whose turn has come tries again. */
abstract class QueueOp<T, A> extends SelectableOp<A> implements Attempt {
  // Declared and set in the constructor: a field of a base class costs V8 5 ns to define.
  declare protected readonly depot: Depot<T>;

  constructor(depot: Depot<T>) {
    super();
    this.depot = depot;
  }

  abstract override poll(): Step | undefined;
  abstract describe(): string;
  protected abstract get line(): WaiterList<QueuePlace>;

  enlist(waiter: Waiter): QueuePlace {
    const place = new QueuePlace(waiter, this);
    this.line.push(place);
    return place;
  }
}

export class Put<T> extends QueueOp<T, void> {
  readonly #item: T;

  constructor(depot: Depot<T>, item: T) {
    super(depot);
    this.#item = item;
  }

  poll(): Step | undefined {
    return this.depot.give(this.#item) ? ready(undefined) : undefined;
  }

  describe(): string {
    return `${this.depot.title}.put (full)`;
  }

  protected get line(): WaiterList<QueuePlace> {
    return this.depot.putters;
  }
}

/** What wants an item keeps nothing but its queue, so that one does for all of its runs. */
abstract class Taker<T, A> extends QueueOp<T, A> {
  protected get line(): WaiterList<QueuePlace> {
    return this.depot.getters;
  }
}

export class Get<T> extends Taker<T, T> {
  poll(): Step | undefined {
    const item = this.depot.take();
    if (item !== NOTHING) return ready(item);
    if (this.depot.isShutdown) throw shutForGet(this.depot);
    return undefined;
  }

  describe(): string {
    return `${this.depot.title}.get (empty)`;
  }
}

/** Looks at the next item and leaves it. */
export class Peek<T> extends Taker<T, T> {
  poll(): Step | undefined {
    const item = this.depot.peek();
    if (item !== NOTHING) return ready(item);
    if (this.depot.isShutdown) throw shutForGet(this.depot);
    return undefined;
  }

  describe(): string {
    return `${this.depot.title}.peek (empty)`;
  }
}

/** As `Get`, for iteration: a queue that was shut down is the end of it. */
export class Next<T> extends Taker<T, IteratorResult<T, undefined>> {
  poll(): Step | undefined {
    const item = this.depot.take();
    if (item !== NOTHING) return ready({ done: false, value: item });
    return this.depot.isShutdown ? ready({ done: true, value: undefined }) : undefined;
  }

  describe(): string {
    return `${this.depot.title}.next (empty)`;
  }
}
