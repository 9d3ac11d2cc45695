import { ready, type Step } from "../../fiber/fiber-state.ts";
import { SelectableOp, type Waiter } from "../../fiber/selectable.ts";
import { resume } from "../../sync/notifier.ts";
import { CELL_WORDS, desk, HALL_CELLS, LOST, STATE, TASKED } from "../shm/layout.ts";
import type { Member } from "../shm/member.ts";
import { RoomPlace, SharedRoom } from "../shm/shared-room.ts";
import { finishTasks, TASK_COUNT } from "../shm/task-state.ts";

/**
 * How many items of a queue were put and not reported as done: every put that was
 * made counts, as it is told by `putCount`, less what is done. Those in the hands of
 * a process that ends are lost, and count as done: nobody waits for them for ever.
 */
export class Tasks extends SharedRoom<Joiner> {
  /** `yield* tasks.allDone`: waits until all are done, and gives true. */
  readonly allDone: SelectableOp<boolean>;
  readonly #putCount: () => number;

  static create(member: Member, putCount: () => number): Tasks {
    return new Tasks(member, member.arena.allocate(HALL_CELLS, TASKED), putCount);
  }

  constructor(member: Member, cell: number, putCount: () => number) {
    super(member, cell);
    this.#putCount = putCount;
    this.allDone = new JoinTasks(this);
  }

  get unfinished(): number {
    return this.#left(Atomics.load(this.words, this.at + STATE));
  }

  /** How many went with processes that ended. */
  get lost(): number {
    return Atomics.load(this.words, this.at + LOST);
  }

  /** This process has got one. */
  got(): void {
    this.words[this.#desk] = this.#inHand + 1;
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
    return (this.#putCount() - done) & TASK_COUNT;
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
