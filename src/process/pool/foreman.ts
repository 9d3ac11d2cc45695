import { Event } from "../../sync/event.ts";
import { ProcessError } from "../process-error.ts";
import { refuseChildren } from "../refuse-children.ts";
import { startAlarm } from "./alarm.ts";
import { Backlog } from "./backlog.ts";
import { BrokenProcessPool } from "./broken-process-pool.ts";
import { Callees } from "./callees.ts";
import { type Employer, PoolWorker, STUCK_MS } from "./pool-worker.ts";
import type { Settings } from "./settings.ts";
import { nextName } from "./start-worker.ts";
import type { Task, Work } from "./task.ts";
import { type Death, WorkerDied } from "./worker-died.ts";

/**
 * A pool whose workers fail before they are ready is broken after so many in a row:
 * one may fail by chance, a bad initializer fails each time.
 */
const MOST_FAILED_STARTS = 3;

/** A worker that is told to end and does not is killed after this. */
const TERMINATE_GRACE_MS = 1000;

/** What submits work bit by bit, also after the pool was closed. */
export interface WorkSource {
  /** It may submit all that it has. */
  lift(): void;
  /** The pool will do no more. */
  refuse(error: unknown): void;
}

/**
 * Runs a pool: owns its workers and what is still to be done. All that happens,
 * happens here, in the one process that made the pool: work is submitted, workers
 * become ready, answer and die, the pool is closed, terminated or breaks.
 */
export class Foreman implements Employer {
  readonly settings: Settings;
  readonly callees: Callees = new Callees();
  /** Set once no worker is left and none will come. */
  readonly over: Event = new Event();
  state: "open" | "closed" | "terminated" = "open";
  /** What all its work fails with. */
  broken: { readonly error: unknown } | undefined;
  /** Those that may still submit something. */
  readonly sources: Set<WorkSource> = new Set();
  readonly #workers: Set<PoolWorker> = new Set();
  readonly #backlog: Backlog = new Backlog();
  /** Work whose function is being looked for. */
  readonly #nameless: Set<Work> = new Set();
  #tasks = 0;
  #failedStarts = 0;
  #isPlanned = false;
  #balancing: { stop(): void } | undefined;
  /** Whether the program waits for the workers. */
  #isHolding = false;

  /** All that fails with a worker's death is a BrokenProcessPool. */
  readonly #isExecutor: boolean;

  /** @throws ProcessError if the system refuses a process: those that were started end. */
  constructor(settings: Settings, kind: "pool" | "executor" = "pool") {
    refuseChildren("make a pool");
    this.settings = settings;
    this.#isExecutor = kind === "executor";
    try {
      while (this.#workers.size < settings.processes) this.#hire();
    } catch (error) {
      this.terminate();
      throw error;
    }
  }

  /** The number of the next task. */
  nextTask(): number {
    return ++this.#tasks;
  }

  /** @throws ProcessError once it is closed or terminated. */
  refuseUnlessOpen(): void {
    if (this.state === "open") return;
    throw new ProcessError(`Pool not running: it is ${this.state} and takes no more tasks`);
  }

  submit(work: Work): void {
    if (this.broken !== undefined) return work.refuse(this.broken.error);
    if (this.state === "terminated") return work.refuse(terminated());
    const { naming, ref } = work.callee;
    if (ref !== undefined || naming === undefined) {
      this.#backlog.push(work);
      return this.#plan();
    }
    this.#nameless.add(work);
    this.#hold();
    naming.then(
      () => this.#named(work, () => this.#backlog.push(work)),
      (error) => this.#named(work, () => work.refuse(error)),
    );
  }

  #named(work: Work, goOn: () => void): void {
    if (!this.#nameless.delete(work)) return;
    goOn();
    this.#plan();
  }

  /** It has submitted all. */
  sourceEnded(source: WorkSource): void {
    this.sources.delete(source);
    this.#plan();
  }

  /** Somebody joins the pool: nobody may read what is computed before it is over. */
  lift(): void {
    for (const source of [...this.sources]) source.lift();
  }

  /** Ends a task: one that has begun gets `reason` thrown, any other never begins. */
  kill(task: Task, reason: unknown): void {
    if (!this.cancel(task, reason)) task.worker?.kill(task, reason);
  }

  /** Sees to it that a task never begins, which fails with `error` then; false if it has. */
  cancel(task: Task, error: unknown): boolean {
    const { worker } = task;
    if (worker !== undefined) {
      if (worker.hasBegun(task)) return false;
      this.#backlog.putBack(worker.takeBack());
      this.#plan();
      if (task.worker !== undefined) return false;
    }
    task.refuse(error);
    task.gone();
    return true;
  }

  /** Ends the worker that is at a task, and that task with it. */
  endWorkerOf(task: Task): void {
    task.worker?.crash();
  }

  /** From now on it takes no more work; once all is done its workers leave. */
  close(): void {
    if (this.state !== "open") return;
    this.state = "closed";
    this.#plan();
  }

  /** Ends the workers at once. What is not done fails. */
  terminate(): void {
    if (this.state === "terminated") return;
    this.state = "terminated";
    this.#balancing?.stop();
    this.#fail(terminated());
    this.#plan();
  }

  // --- What the workers tell

  free(): void {
    this.#dispatch();
  }

  workerEnded(worker: PoolWorker, exitcode: number, begun: readonly Task[]): void {
    this.#workers.delete(worker);
    const death = { pid: worker.child.pid, exitcode, task: begun.join(" and ") };
    if (worker.wasReady) {
      if (worker.tasks.size > 0)
        this.#backlog.putBack([...worker.tasks.values()].filter((task) => !begun.includes(task)));
      for (const task of begun) this.#lost(task, { ...death, task: String(task) });
      if (worker.state !== "leaving" && this.settings.strict) this.#break(brokenBy(death));
    } else this.#startFailed(worker, death);
    this.#dispatch();
  }

  /** A worker ended that was at this task. */
  #lost(task: Task, death: Death): void {
    if (task.isSettled) return;
    if (task.deaths++ < task.limits.retries) return this.#backlog.putBack([task]);
    task.refuse(this.#isExecutor ? brokenBy(death) : new WorkerDied(inWords(death), death));
  }

  #startFailed({ failure }: PoolWorker, death: Death): void {
    if (this.state === "terminated" || this.broken !== undefined) return;
    const { strict, initializer } = this.settings;
    if (!strict && ++this.#failedStarts < MOST_FAILED_STARTS) return;
    const what = initializer === undefined ? "its start" : `the initializer "${initializer}"`;
    const early = { ...death, task: what };
    if (this.#isExecutor) this.#break(brokenBy(early, failure?.error));
    else this.#break(failure === undefined ? new WorkerDied(inWords(early), early) : failure.error);
  }

  /** From now on all its work fails with `error`. */
  #break(error: unknown): void {
    if (this.broken !== undefined) return;
    this.broken = { error };
    this.#fail(error);
  }

  #fail(error: unknown): void {
    for (const work of [...this.#backlog.takeAll(), ...this.#nameless]) work.refuse(error);
    this.#nameless.clear();
    for (const source of [...this.sources]) source.refuse(error);
    for (const worker of this.#workers) {
      for (const task of worker.tasks.values()) task.refuse(error);
      worker.end(TERMINATE_GRACE_MS);
    }
  }

  // --- Who does what

  /** Tasks that are submitted in one turn go together. */
  #plan(): void {
    this.#hold();
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    queueMicrotask(() => {
      this.#isPlanned = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    for (let worker = this.#freest(); worker !== undefined; worker = this.#freest()) {
      const task = this.#backlog.next();
      if (task === undefined) break;
      worker.give(task);
    }
    for (const worker of this.#workers) worker.flush();
    this.#staff();
    this.#hold();
    this.#watchIdle();
  }

  /**
   * Tasks are sent ahead to workers whose tasks are short. Should one be long after
   * all, those behind it go to others that have nothing to do.
   */
  #watchIdle(): void {
    if (this.#balancing !== undefined || !this.#isUneven) return;
    this.#balancing = startAlarm(STUCK_MS, () => {
      this.#balancing = undefined;
      if (!this.#isUneven) return;
      const stuck = [...this.#workers].filter((worker) => worker.isStuck);
      for (const worker of stuck) this.#backlog.putBack(worker.takeBack());
      this.#dispatch();
    });
  }

  /** Whether one worker rests while another has tasks in line. */
  get #isUneven(): boolean {
    if (!this.#backlog.isEmpty) return false;
    const workers = [...this.#workers];
    const isResting = workers.some(({ state, tasks }) => state === "ready" && tasks.size === 0);
    return isResting && workers.some(({ tasks }) => tasks.size > this.settings.concurrency);
  }

  /** Of the workers that have room the one with the fewest tasks. */
  #freest(): PoolWorker | undefined {
    let freest: PoolWorker | undefined;
    for (const worker of this.#workers) {
      if (freest !== undefined && freest.tasks.size <= worker.tasks.size) continue;
      if (worker.room > 0) freest = worker;
    }
    return freest;
  }

  /** Workers that are not needed any more leave, others take the place of those that have. */
  #staff(): void {
    for (const worker of this.#workers) {
      const isIdle = worker.state === "ready" && worker.tasks.size === 0;
      if (isIdle && (worker.isSpent || !this.#needsMore)) worker.leave();
    }
    try {
      while (this.#needsMore && this.#staffed < this.settings.processes) this.#hire();
    } catch (error) {
      this.#break(error);
    }
    if (this.state !== "open" && this.#workers.size === 0) this.over.set();
  }

  /** Whether there is, or may come, something to do. */
  get #needsMore(): boolean {
    if (this.broken !== undefined || this.state === "terminated") return false;
    return this.state === "open" || this.#hasWork || this.sources.size > 0;
  }

  /** How many workers there are, without those that are about to end. */
  get #staffed(): number {
    let staffed = 0;
    for (const { state } of this.#workers) if (state === "starting" || state === "ready") staffed++;
    return staffed;
  }

  #hire(): void {
    const worker = new PoolWorker(this.settings, nextName(), this);
    this.#workers.add(worker);
    if (!this.#isHolding) worker.child.lift(-1);
  }

  /** A pool that has nothing to do does not keep the program alive. */
  #hold(): void {
    const isBusy = this.#isBusy;
    if (isBusy === this.#isHolding) return;
    this.#isHolding = isBusy;
    for (const { child } of this.#workers) child.lift(isBusy ? 1 : -1);
  }

  get #isBusy(): boolean {
    if (this.#hasWork) return true;
    for (const { tasks } of this.#workers) if (tasks.size > 0) return true;
    // Only a reader brings an imap forward, and not the workers.
    return this.state !== "open" && this.#workers.size > 0 && this.sources.size === 0;
  }

  get #hasWork(): boolean {
    return !this.#backlog.isEmpty || this.#nameless.size > 0;
  }
}

function terminated(): ProcessError {
  return new ProcessError("The pool was terminated before this was done");
}

function brokenBy(death: Death, cause?: unknown): BrokenProcessPool {
  const message = `${inWords(death)}; the pool is broken and takes no more tasks`;
  return new BrokenProcessPool(message, death, cause === undefined ? undefined : { cause });
}

function inWords({ pid, exitcode, task }: Death): string {
  const how = exitcode < 0 ? `was killed by signal ${-exitcode}` : `ended with code ${exitcode}`;
  return `The worker with process id ${pid} ${how} while it ran ${task === "" ? "nothing" : task}`;
}
