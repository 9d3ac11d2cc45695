import { Ending } from "../../net/ending.ts";
import { context } from "../context.ts";
import type { PoolInfo } from "../inspect/info-types.ts";
import { ProcessError } from "../process-error.ts";
import { refuseChildren } from "../refuse-children.ts";
import { startAlarm } from "./alarm.ts";
import { Backlog } from "./backlog.ts";
import { brokenBy } from "./broken-process-pool.ts";
import { Callees } from "./callees.ts";
import { type Employer, type PoolWorker, STUCK_MS } from "./pool-worker.ts";
import type { Settings } from "./settings.ts";
import { Staff } from "./staff.ts";
import type { Task, Work } from "./task.ts";
import { type Death, inWords, WorkerDied } from "./worker-died.ts";

/**
 * A pool whose workers fail before they are ready is broken after so many in a row:
 * one may fail by chance, a bad initializer fails each time.
 */
const MOST_FAILED_STARTS = 3;

/** A worker that is told to end and does not is killed after this. */
const TERMINATE_GRACE_MS = 1000;

/** Those that have workers, or may have some: for reports. */
const foremen: Set<Foreman> = new Set();

context().tellers.pools = () => [...foremen].map((foreman) => foreman.info());

/** What submits work bit by bit, also after the pool was closed. */
export interface WorkSource {
  /** It may submit all that it has. */
  lift(): void;
  /** The pool will do no more. */
  refuse(error: unknown): void;
}

/**
 * Runs a pool: owns what is still to be done, and who is to do it. All that happens,
 * happens here, in the one process that made the pool: work is submitted, workers
 * become ready, answer and die, the pool is closed, terminated or breaks.
 */
export class Foreman implements Employer {
  readonly settings: Settings;
  readonly callees: Callees = new Callees();
  /** Set once no worker is left and none will come. */
  readonly over: Ending<void> = new Ending(
    () => this.#describeEnd(),
    () => {},
  );
  state: "open" | "closed" | "terminated" = "open";
  /** What all its work fails with. */
  broken: { readonly error: unknown } | undefined;
  /** Those that may still submit something. */
  readonly sources: Set<WorkSource> = new Set();
  readonly #staff: Staff;
  readonly #backlog: Backlog = new Backlog();
  /** Work whose function is being looked for. */
  readonly #nameless: Set<Work> = new Set();
  #tasks = 0;
  #failedStarts = 0;
  #isPlanned = false;
  #balancing: { stop(): void } | undefined;
  /** All that fails with a worker's death is a BrokenProcessPool. */
  readonly #isExecutor: boolean;

  /** @throws ProcessError if the system refuses a process: those that were started end. */
  constructor(settings: Settings, kind: "pool" | "executor" = "pool") {
    refuseChildren("make a pool");
    this.settings = settings;
    this.#isExecutor = kind === "executor";
    this.#staff = new Staff(settings, this);
    foremen.add(this);
    try {
      this.#staff.fill();
    } catch (error) {
      this.terminate();
      throw error;
    }
  }

  /** For reports. */
  info(): PoolInfo {
    return {
      kind: this.#isExecutor ? "executor" : "pool",
      state: this.broken === undefined || this.state === "terminated" ? this.state : "broken",
      processes: this.settings.processes,
      waiting: this.#backlog.size + this.#nameless.size,
      workers: [...this.#staff].map((worker) => worker.info()),
    };
  }

  #describeEnd(): string {
    const { kind, workers, waiting } = this.info();
    const under = workers.reduce((sum, { tasks }) => sum + tasks.length, 0);
    const what = kind === "pool" ? "pool.join" : "executor.shutdown";
    return `${what} (${workers.length} workers, ${under} tasks under way, ${waiting} waiting)`;
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
    this.#staff.remove(worker);
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
    for (const worker of this.#staff) {
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
    this.#staff.deal(() => this.#backlog.next());
    this.#review();
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
      this.#backlog.putBack(this.#staff.takeBack());
      this.#dispatch();
    });
  }

  get #isUneven(): boolean {
    return this.#backlog.isEmpty && this.#staff.isUneven;
  }

  /** Workers that are not needed any more leave, others take the place of those that have. */
  #review(): void {
    const needsMore = this.#needsMore;
    this.#staff.dismiss(needsMore ? "spent" : "all");
    try {
      if (needsMore) this.#staff.fill();
    } catch (error) {
      this.#break(error);
    }
    if (this.state === "open" || !this.#staff.isEmpty) return;
    foremen.delete(this);
    this.over.settle(0);
  }

  /** Whether there is, or may come, something to do. */
  get #needsMore(): boolean {
    if (this.broken !== undefined || this.state === "terminated") return false;
    return this.state === "open" || this.#hasWork || this.sources.size > 0;
  }

  /** A pool that has nothing to do does not keep the program alive. */
  #hold(): void {
    this.#staff.hold(this.#isBusy);
  }

  get #isBusy(): boolean {
    if (this.#hasWork || this.#staff.isBusy) return true;
    // Only a reader brings an imap forward, and not the workers.
    return this.state !== "open" && !this.#staff.isEmpty && this.sources.size === 0;
  }

  get #hasWork(): boolean {
    return !this.#backlog.isEmpty || this.#nameless.size > 0;
  }
}

function terminated(): ProcessError {
  return new ProcessError("The pool was terminated before this was done");
}
