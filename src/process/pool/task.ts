import type { Callee } from "./callees.ts";
import type { Outbox } from "./outbox.ts";

/** What is told how a task ended. */
export interface Customer {
  /** @param kind VALUE, or OUTCOMES for a task of the kind EACH. */
  done(task: Task, kind: number, value: unknown): void;
  failed(task: Task, error: unknown): void;
}

/** How tasks are treated. */
export interface TaskLimits {
  /** In milliseconds, from its beginning. */
  readonly timeout: number | undefined;
  /** How often it may begin again when its worker dies. */
  readonly retries: number;
}

/** What a pool has still to do: one task, or what is cut into tasks as there is room. */
export interface Work {
  readonly callee: Callee;
  /** The next task; `undefined`: there is none left. */
  cut(): Task | undefined;
  /** Whether all of it was cut. */
  readonly isDry: boolean;
  /** It will not be done: tells whoever waits for it. */
  refuse(error: unknown): void;
}

/** What a worker is given at a time: one call, or several of one function. */
export interface TaskInput {
  /** As it stands in an order. */
  write(out: Outbox): string;
  /** How many calls it is. */
  readonly size: number;
  /** What its values need where they arrive. */
  readonly modules: ReadonlySet<string>;
  /** In words. */
  readonly shown: string;
}

/** Who is at a task, or has it in line. */
export interface TaskWorker {
  /** Its name and process id. */
  describe(): string;
  hasBegun(task: Task): boolean;
  kill(task: Task, reason: unknown): void;
  crash(): void;
  takeBack(): Task[];
}

export class Task implements Work {
  readonly id: number;
  readonly callee: Callee;
  readonly how: number;
  readonly input: TaskInput;
  readonly limits: TaskLimits;
  readonly #customer: Customer;
  /** Whether its end was told; its worker may still be at it. */
  isSettled = false;
  /** How often its worker died. */
  deaths = 0;
  /** Who was given it, until that is done with it. */
  worker: TaskWorker | undefined;
  /** Which one it is of those that its worker was given. */
  place = 0;
  /** Runs from its beginning on. */
  alarm: { stop(): void } | undefined;
  /** Called when no worker is at it any more. */
  onGone: (() => void) | undefined;

  constructor(
    id: number,
    callee: Callee,
    how: number,
    input: TaskInput,
    limits: TaskLimits,
    customer: Customer,
  ) {
    this.id = id;
    this.callee = callee;
    this.how = how;
    this.input = input;
    this.limits = limits;
    this.#customer = customer;
  }

  get isDry(): boolean {
    return true;
  }

  cut(): Task | undefined {
    return this.isSettled ? undefined : this;
  }

  done(kind: number, value: unknown): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.#customer.done(this, kind, value);
  }

  refuse(error: unknown): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.#customer.failed(this, error);
  }

  /** No worker is at it any more. */
  gone(): void {
    this.worker = undefined;
    this.alarm?.stop();
    this.alarm = undefined;
    this.onGone?.();
  }

  /** In reports, with where it is. */
  about(): string {
    const { worker } = this;
    if (worker === undefined) return `${this}, which waits for a worker`;
    const how = worker.hasBegun(this) ? "in" : "in line for";
    return `${this}, ${how} ${worker.describe()}`;
  }

  toString(): string {
    return `${this.callee.name}(${this.input.shown})`;
  }
}
