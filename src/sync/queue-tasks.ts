import { ready, type Step } from "../fiber/fiber-state.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import { WaiterList, WaiterNode } from "../internal/waiters.ts";
import type { Park } from "../scheduler/park.ts";

/** How many items were put and not yet reported as done, and who waits until none is left. */
export class Tasks {
  readonly title: string;
  unfinished = 0;
  readonly joiners: WaiterList<Joiner> = new WaiterList();

  constructor(title: string) {
    this.title = title;
  }

  /** So many are done; no more than there are. */
  finish(count: number): void {
    this.unfinished -= count;
    if (this.unfinished > 0) return;
    for (let each = this.joiners.shift(); each; each = this.joiners.shift()) each.release();
  }
}

/** Waits until every task is done. */
export class JoinTasks extends SelectableOp<boolean> {
  readonly #tasks: Tasks;

  constructor(tasks: Tasks) {
    super();
    this.#tasks = tasks;
  }

  poll(): Step | undefined {
    return this.#tasks.unfinished === 0 ? ready(true) : undefined;
  }

  enlist(waiter: Waiter): Park {
    const joiner = new Joiner(waiter, this.#tasks);
    this.#tasks.joiners.push(joiner);
    return joiner;
  }
}

class Joiner extends WaiterNode implements Park {
  readonly #waiter: Waiter;
  readonly #tasks: Tasks;

  constructor(waiter: Waiter, tasks: Tasks) {
    super();
    this.#waiter = waiter;
    this.#tasks = tasks;
  }

  release(): void {
    this.#waiter.wake(true);
  }

  cancel(): boolean {
    this.list?.remove(this);
    return true;
  }

  describe(): string {
    const { title, unfinished } = this.#tasks;
    return `${title}.join (${unfinished} unfinished)`;
  }
}
