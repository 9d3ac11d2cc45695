import type { Delivery } from "./async-result.ts";
import type { Callee } from "./callees.ts";
import type { Foreman } from "./foreman.ts";
import { type Customer, Task, type Work } from "./task.ts";
import type { Items } from "./task-input.ts";
import type { CheckedOptions } from "./task-options.ts";
import { tell } from "./tell.ts";
import { FIBER, MANY } from "./wire.ts";

/** A chunk is so much work: with less the sending counts, with more one worker may be at it while others rest. */
const CHUNK_MICROS = 4000;

/** The first chunks, before anything is known: enough to tell how long an item takes. */
const FIRST_CHUNK = 8;

/** No worker is to be given more than this of the rest at a time, in chunks a worker. */
const CHUNKS_LEFT = 2;

/** A function that is mapped over items: cut into tasks as workers are free, and put together again. */
export class Mapping implements Work, Customer {
  readonly callee: Callee;
  readonly #foreman: Foreman;
  readonly #how: number;
  readonly #items: Items;
  readonly #options: CheckedOptions;
  readonly #delivery: Delivery<unknown[]>;
  readonly #values: unknown[];
  /** Where each task's values go. */
  readonly #places: Map<Task, number> = new Map();
  /** How many items were cut off, and how many are done. */
  #cut = 0;
  #done = 0;
  /** What the first task to fail has thrown. */
  #failure: { readonly error: unknown } | undefined;

  /** @param how SPREAD, or 0. */
  constructor(
    foreman: Foreman,
    callee: Callee,
    how: number,
    items: Items,
    options: CheckedOptions,
    delivery: Delivery<unknown[]>,
  ) {
    this.callee = callee;
    this.#foreman = foreman;
    this.#how = how | MANY | (options.limits.timeout === undefined ? 0 : FIBER);
    this.#items = items;
    this.#options = options;
    this.#delivery = delivery;
    this.#values = new Array(items.length);
  }

  /** In reports. */
  about(): string {
    const done = `${this.#done} of ${this.#items.length} items done`;
    return `${this.callee.name} (${done}, ${this.#places.size} tasks under way)`;
  }

  get isDry(): boolean {
    return this.#cut >= this.#items.length || this.#delivery.settled;
  }

  cut(): Task | undefined {
    if (this.isDry) return undefined;
    const first = this.#cut;
    const size = Math.min(this.#options.chunksize ?? this.#goodSize(), this.#items.length - first);
    this.#cut += size;
    const input = this.#items.part(first, size);
    const { limits } = this.#options;
    const id = this.#foreman.nextTask();
    const task = new Task(id, this.callee, this.#how, input, limits, this);
    this.#places.set(task, first);
    return task;
  }

  #goodSize(): number {
    const { micros } = this.callee;
    if (micros === undefined) return FIRST_CHUNK;
    const { processes, concurrency } = this.#foreman.settings;
    const fair = (this.#items.length - this.#cut) / (processes * concurrency * CHUNKS_LEFT);
    return Math.max(1, Math.ceil(Math.min(CHUNK_MICROS / Math.max(micros, 0.01), fair)));
  }

  done(task: Task, _kind: number, value: unknown): void {
    const first = this.#places.get(task) as number;
    const values = value as readonly unknown[];
    for (let i = 0; i < values.length; i++) this.#values[first + i] = values[i];
    this.#finished(task);
  }

  failed(task: Task, error: unknown): void {
    if (this.#delivery.settled) return;
    this.#failure ??= { error };
    if (this.#options.stopOnError) return this.#stop();
    this.#finished(task);
  }

  refuse(error: unknown): void {
    this.#failure ??= { error };
    this.#stop();
  }

  #finished(task: Task): void {
    this.#places.delete(task);
    this.#done += task.input.size;
    tell(this.#options.onProgress, this.#done, this.#items.length);
    if (this.#done < this.#items.length || this.#delivery.settled) return;
    if (this.#failure === undefined) this.#delivery.fulfil(this.#values);
    else this.#delivery.reject(this.#failure.error);
  }

  /** Nothing more of it is begun. What has begun runs on, and nobody asks for it. */
  #stop(): void {
    if (this.#delivery.settled) return;
    this.#delivery.reject(this.#failure?.error);
    for (const task of this.#places.keys()) this.#foreman.cancel(task, undefined);
  }
}
