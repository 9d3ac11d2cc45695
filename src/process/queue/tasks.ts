import { ready, type Step } from "../../fiber/fiber-state.ts";
import { SelectableOp, type Waiter } from "../../fiber/selectable.ts";
import { resume } from "../../sync/notifier.ts";
import { fault } from "../fault.ts";
import { BUSY, type Flow, type Tally } from "../ring/flow.ts";
import { Latch } from "../ring/latch.ts";
import { atomics, isFar, peek, poke } from "../shm/atomics.ts";
import {
  BEFORE,
  CELL_WORDS,
  COUNTER,
  desk,
  HALL_CELLS,
  LOST,
  REPORTED,
  REPORTING,
  STATE,
  TASKED,
} from "../shm/layout.ts";
import { RoomPlace, SharedRoom } from "../shm/shared-room.ts";
import { doneIn, FINISHING, finishTask, IN_HAND, TAKING, tasksBetween } from "../shm/task-state.ts";
import { patiently } from "./patiently.ts";

/**
 * How many items of a queue were put and not reported as done: every item that was
 * put counts, less those that are done. Those in the hands of
 * a process that ends are lost, and count as done: nobody waits for them for ever.
 */
export class Tasks extends SharedRoom<Joiner> implements Tally {
  /** `yield* tasks.allDone`: waits until all are done, and gives true. */
  readonly allDone: SelectableOp<boolean>;
  readonly #flow: Flow;
  /** Of those who report a task: memory that is far has none. */
  readonly #reporting: Latch | undefined;

  static create(flow: Flow): Tasks {
    const { member, space } = flow;
    const cell = member.arena.allocate(HALL_CELLS, TASKED);
    poke(member.words, cell * CELL_WORDS + COUNTER, space.cell);
    // What a broker holds is far for others.
    if (member.arena.memory.keeper === undefined) {
      member.words[cell * CELL_WORDS + REPORTING] = Latch.create(member).cell;
    }
    return new Tasks(flow, cell);
  }

  constructor(flow: Flow, cell: number) {
    super(flow.member, cell);
    this.#flow = flow;
    flow.tally = this;
    const reporting = peek(this.words, this.at + REPORTING);
    this.#reporting = reporting === 0 ? undefined : new Latch(this.member, reporting);
    this.allDone = new JoinTasks(this);
  }

  /** What the queue is called in reports. */
  get label(): string {
    return `queue#${this.#flow.items.cell}`;
  }

  /** For reports: how much is not done, and in whose hands it is. */
  describeRest(): string {
    const { table } = this.member;
    const inHand = isFar(this.words)
      ? []
      : [...table.entries()].flatMap(({ slot }) => {
          const count = peek(this.words, desk(this.at, slot)) & IN_HAND;
          return count > 0 ? `${count} in the hands of ${table.describe(slot)}` : [];
        });
    return [`${this.unfinished} unfinished`, ...inHand].join(", ");
  }

  get unfinished(): number {
    return this.#left(doneIn(atomics.load(this.words, this.at + STATE)));
  }

  /** How many went with processes that ended. */
  get lost(): number {
    return atomics.load(this.words, this.at + LOST);
  }

  get desk(): number {
    return desk(this.at, this.member.slot);
  }

  /** See `abandonTasks`. */
  begin(before: number): void {
    this.words[this.at + BEFORE] = before;
    this.words[this.desk] = this.#inHand | TAKING;
  }

  end(): void {
    this.words[this.desk] = (this.#inHand & IN_HAND) + 1;
  }

  /** One is done; false if all are. */
  finish(): boolean {
    if (!this.#report()) return false;
    if (this.unfinished > 0) return true;
    this.notify();
    while (this.ringNext());
    return true;
  }

  /** A broker does it in one step. */
  #report(): boolean {
    const { keeper } = this.member.arena.memory;
    if (keeper === undefined) return this.#reportHere();
    const hasFinished = keeper.report(this.#flow.items.cell, this.at, this.desk);
    fault?.("tasks.done");
    return hasFinished;
  }

  /** With the latch it shows of one that is killed here whether it has reported: nobody else does so meanwhile. */
  #reportHere(): boolean {
    const latch = this.#reporting;
    // One that was stopped may have it for ever: then this goes on without.
    const hasLatch = latch !== undefined && patiently(() => latch.take() || BUSY) === true;
    try {
      if (hasLatch) this.#announce();
      const hasFinished = finishTask(this.words, this.at, (done) => this.#left(done) > 0);
      fault?.("tasks.done");
      // As if this had been before the one that has it.
      if (!hasLatch) atomics.add(this.words, this.at + REPORTED, Number(hasFinished));
      poke(this.words, this.desk, Math.max(0, (this.#inHand & IN_HAND) - Number(hasFinished)));
      return hasFinished;
    } finally {
      if (hasLatch) latch.release();
    }
  }

  #announce(): void {
    this.words[this.at + REPORTED] = Atomics.load(this.words, this.at + STATE);
    this.words[this.desk] = this.#inHand | FINISHING;
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
    return tasksBetween(this.#flow.putCount, done + this.lost);
  }

  get #inHand(): number {
    return peek(this.words, this.desk);
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
    return `${this.room.label}.join (${this.room.describeRest()})`;
  }
}
