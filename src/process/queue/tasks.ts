import { ready, type Step } from "../../fiber/fiber-state.ts";
import { SelectableOp, type Waiter } from "../../fiber/selectable.ts";
import { resume } from "../../sync/notifier.ts";
import type { Flow, Tally } from "../ring/flow.ts";
import {
  BEFORE,
  CELL_WORDS,
  COUNTER,
  desk,
  HALL_CELLS,
  LOST,
  STATE,
  TASKED,
} from "../shm/layout.ts";
import { RoomPlace, SharedRoom } from "../shm/shared-room.ts";
import { finishTasks, TAKING, tasksBetween } from "../shm/task-state.ts";

/**
 * How many items of a queue were put and not reported as done: every item that was
 * put counts, less those that are done. Those in the hands of
 * a process that ends are lost, and count as done: nobody waits for them for ever.
 */
export class Tasks extends SharedRoom<Joiner> implements Tally {
  /** `yield* tasks.allDone`: waits until all are done, and gives true. */
  readonly allDone: SelectableOp<boolean>;
  readonly #flow: Flow;

  static create(flow: Flow): Tasks {
    const { member, space } = flow;
    const cell = member.arena.allocate(HALL_CELLS, TASKED);
    member.words[cell * CELL_WORDS + COUNTER] = space.cell;
    return new Tasks(flow, cell);
  }

  constructor(flow: Flow, cell: number) {
    super(flow.member, cell);
    this.#flow = flow;
    flow.tally = this;
    this.allDone = new JoinTasks(this);
  }

  get unfinished(): number {
    return this.#left(Atomics.load(this.words, this.at + STATE));
  }

  /** How many went with processes that ended. */
  get lost(): number {
    return Atomics.load(this.words, this.at + LOST);
  }

  /** See `abandonTasks`. */
  begin(before: number): void {
    this.words[this.at + BEFORE] = before;
    this.words[this.#desk] = this.#inHand | TAKING;
  }

  end(): void {
    this.words[this.#desk] = (this.#inHand & ~TAKING) + 1;
  }

  /** `count` are done; false if there are not as many. */
  finish(count: number): boolean {
    const state = finishTasks(this.words, this.at, count, (done) => this.#left(done) >= count);
    if (state === undefined) return false;
    this.words[this.#desk] = Math.max(0, this.#inHand - count);
    if (this.unfinished > 0) return true;
    this.notify();
    while (this.ringNext());
    return true;
  }

  /** @internal */
  enlist(waiter: Waiter): Joiner {
    const joiner = new Joiner(waiter, this);
    this.join(joiner);
    return joiner;
  }

  protected isOpen(): boolean {
    return this.unfinished === 0;
  }

  protected take(): boolean {
    return this.isOpen();
  }

  #left(done: number): number {
    return tasksBetween(this.#flow.putCount, done);
  }

  get #desk(): number {
    return desk(this.cell * CELL_WORDS, this.member.slot);
  }

  get #inHand(): number {
    return this.words[this.#desk] as number;
  }
}

class JoinTasks extends SelectableOp<boolean> {
  readonly #tasks: Tasks;

  constructor(tasks: Tasks) {
    super();
    this.#tasks = tasks;
  }

  poll(): Step | undefined {
    return this.#tasks.unfinished === 0 ? ready(true) : undefined;
  }

  enlist(waiter: Waiter): Joiner {
    return this.#tasks.enlist(waiter);
  }
}

class Joiner extends RoomPlace {
  protected readonly room: Tasks;

  constructor(waiter: Waiter, tasks: Tasks) {
    super(waiter);
    this.room = tasks;
  }

  serve(): void {
    resume(this.waiter, true);
  }

  describe(): string {
    return `queue.join (${this.room.unfinished} unfinished)`;
  }
}
