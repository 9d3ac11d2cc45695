import { fault } from "../fault.ts";
import { type Employer, PoolWorker } from "./pool-worker.ts";
import type { Settings } from "./settings.ts";
import { nextName } from "./start-worker.ts";
import type { Task } from "./task.ts";

/** A worker that may be given so many more tasks. */
interface Seat {
  readonly worker: PoolWorker;
  room: number;
}

/** Owns the workers of a pool: how many there are, who is given a task, and whether the program waits for them. */
export class Staff implements Iterable<PoolWorker> {
  readonly #settings: Settings;
  readonly #employer: Employer;
  readonly #workers: Set<PoolWorker> = new Set();
  #isHolding = false;

  constructor(settings: Settings, employer: Employer) {
    this.#settings = settings;
    this.#employer = employer;
  }

  [Symbol.iterator](): Iterator<PoolWorker> {
    return this.#workers.values();
  }

  get isEmpty(): boolean {
    return this.#workers.size === 0;
  }

  /** Hires as many as there are to be. @throws ProcessError if the system refuses a process. */
  fill(): void {
    let { staying } = this;
    for (; staying < this.#settings.processes; staying++) this.#hire();
  }

  /** It has ended. */
  remove(worker: PoolWorker): void {
    this.#workers.delete(worker);
  }

  /** Lets those go that have nothing to do: all of them, or those that may do no more. */
  dismiss(who: "all" | "spent"): void {
    for (const worker of this.#workers) {
      const isIdle = worker.state === "ready" && worker.tasks.size === 0;
      if (isIdle && (who === "all" || worker.isSpent)) worker.leave();
    }
  }

  /** Gives out what `next` gives, as long as somebody has room: always to the one with the fewest tasks. */
  deal(next: () => Task | undefined): void {
    const seats: Seat[] = [];
    for (const worker of this.#workers) {
      const { room } = worker;
      if (room > 0) seats.push({ worker, room });
    }
    for (let seat = freest(seats); seat !== undefined; seat = freest(seats)) {
      const task = next();
      if (task === undefined) break;
      seat.worker.give(task);
      seat.room--;
    }
    for (const worker of this.#workers) worker.flush();
  }

  /** Whether one rests while another has tasks in line. */
  get isUneven(): boolean {
    const workers = [...this.#workers];
    const isResting = workers.some(({ state, tasks }) => state === "ready" && tasks.size === 0);
    return isResting && workers.some(({ tasks }) => tasks.size > this.#settings.concurrency);
  }

  /** What is in line behind tasks that take long: nobody has it now. */
  takeBack(): Task[] {
    return [...this.#workers].filter((worker) => worker.isStuck).flatMap((each) => each.takeBack());
  }

  /** Whether any has a task. */
  get isBusy(): boolean {
    for (const { tasks } of this.#workers) if (tasks.size > 0) return true;
    return false;
  }

  /** Whether the program waits for them from now on. */
  hold(isBusy: boolean): void {
    if (isBusy === this.#isHolding) return;
    this.#isHolding = isBusy;
    for (const { child } of this.#workers) child.lift(isBusy ? 1 : -1);
  }

  /** How many there are without those that are about to end. */
  get staying(): number {
    let staying = 0;
    for (const { state } of this.#workers) if (state === "starting" || state === "ready") staying++;
    return staying;
  }

  #hire(): void {
    const worker = new PoolWorker(this.#settings, nextName(), this.#employer);
    this.#workers.add(worker);
    fault?.("pool.hired");
    if (!this.#isHolding) worker.child.lift(-1);
  }
}

function freest(seats: readonly Seat[]): Seat | undefined {
  let best: Seat | undefined;
  for (const seat of seats) {
    if (seat.room <= 0) continue;
    if (best === undefined || seat.worker.tasks.size < best.worker.tasks.size) best = seat;
  }
  return best;
}
