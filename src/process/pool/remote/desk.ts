import { performance } from "node:perf_hooks";
import { inspect } from "node:util";
import type { Fiber } from "../../../fiber/fiber.ts";
import { Ring } from "../../../internal/ring.ts";
import { loadModule } from "../../child/load-module.ts";
import { fault } from "../../fault.ts";
import { findFunction } from "../../naming/find-function.ts";
import type { AnyFunction, FunctionRef } from "../../naming/function-ref.ts";
import type { Claims } from "../claims.ts";
import type { LineHandle } from "../line-handle.ts";
import { Outbox, type Payload, pack } from "../outbox.ts";
import type { RingLine } from "../ring-line.ts";
import { unpack } from "../unpack.ts";
import { type Data, ERROR, FIBER, MANY, type Order, type Packet, UNSENDABLE } from "../wire.ts";
import { runTask } from "./run-task.ts";
import { failed, type Result, valued } from "./yields.ts";

/** As long may tasks that follow each other keep the process from its messages and timers. */
const TURN_MS = 10;

const INITIAL_LINE = 64;

interface Task {
  readonly id: number;
  readonly fn: number;
  readonly how: number;
  readonly input: Data;
  readonly bytes: readonly Uint8Array[];
}

/** A kill that came before its task had begun. */
interface Kill {
  readonly reason: unknown;
}

/** A function that tasks name by a number, and the way to it. */
interface Known {
  fn: AnyFunction | undefined;
  readonly found: Promise<AnyFunction>;
  readonly resolve: (fn: AnyFunction) => void;
  readonly reject: (error: unknown) => void;
}

type TaskOrder = Extract<Order, readonly [number, ...unknown[]]>;

/** Owns the tasks of a worker: those in line, and those that it is at. */
export class Desk {
  #send: (packet: Packet) => void;
  readonly #leave: () => void;
  readonly #concurrency: number;
  #line: Ring<Task> = new Ring(INITIAL_LINE);
  /** What keeps the process alive beside its channel. */
  #ear: RingLine | undefined;
  /** Where tasks that were not begun may be taken back. */
  #claims: Claims | undefined;
  readonly #functions: Map<number, Known> = new Map();
  /** Those of its tasks that can be killed: their fiber, or how one is to die that has none yet. */
  readonly #killable: Map<number, Fiber | Kill | undefined> = new Map();
  readonly #out: Outbox = new Outbox();
  /** Modules that the values of later tasks need. */
  #loading: Promise<unknown> | undefined;
  #running = 0;
  #isResting = false;

  constructor(options: {
    readonly send: (packet: Packet) => void;
    readonly leave: () => void;
    readonly concurrency: number;
  }) {
    this.#send = options.send;
    this.#leave = options.leave;
    this.#concurrency = options.concurrency;
  }

  /** By the channel, when all is taken that was sent by shared memory before: what does not fit in there comes here. */
  takeLast(packet: Packet): void {
    if (this.#ear !== undefined) this.#takeFrom(this.#ear);
    this.#take(packet);
  }

  #take({ text, bytes }: Packet): void {
    fault?.("worker.told");
    for (const order of JSON.parse(text) as readonly Order[]) {
      const [type] = order;
      if (typeof type === "number") {
        const [id, fn, how, input] = order as TaskOrder;
        this.#line.push({ id, fn, how, input, bytes });
        if ((how & FIBER) !== 0) this.#killable.set(id, undefined);
      } else this.#obey(order as Exclude<Order, TaskOrder>, bytes);
    }
    this.#pump();
  }

  #obey(order: Exclude<Order, TaskOrder>, bytes: readonly Uint8Array[]): void {
    switch (order[0]) {
      case "define":
        return this.#define(order[1], order[2] as FunctionRef);
      case "load":
        return this.#load(order[1]);
      case "kill":
        return this.#kill(order[1], unpack(order[2], bytes));
      case "line":
        return void this.#openLine(order[1]);
      case "again":
        this.#forget();
        return this.#claims?.open(order[1]);
      case "end":
        this.#ear?.rest();
        return this.#leave();
    }
  }

  /** Memory that both sides share takes a while to be had: until then all goes as before. */
  async #openLine(handle: LineHandle): Promise<void> {
    let isOpen = false;
    try {
      const { RingLine } = await import("../ring-line.ts");
      const line = RingLine.open(handle);
      line.listen(() => this.#takeFrom(line));
      this.#ear = line;
      fault?.("worker.opened");
      isOpen = true;
    } catch {
      // There is none for this process.
    }
    this.#out.add(`["line",${isOpen}]`);
    this.#send(this.#out.take());
  }

  #takeFrom(line: RingLine): void {
    for (let packet = line.take(); packet !== undefined; packet = line.take()) {
      if (this.#claims === undefined) this.#follow(line);
      this.#take(packet);
    }
  }

  /** The pool has taken the line, and so does this. */
  #follow(line: RingLine): void {
    this.#claims = line.claims;
    const send = this.#send;
    this.#send = (packet) => {
      if (!line.send(packet)) send(packet);
    };
  }

  /** The tasks in line were taken back. */
  #forget(): void {
    for (const { id } of this.#line) this.#killable.delete(id);
    this.#line = new Ring(INITIAL_LINE);
  }

  #define(number: number, ref: FunctionRef): void {
    const known = this.#known(number);
    findFunction(ref, loadModule).then((fn) => {
      known.fn = fn;
      known.resolve(fn);
    }, known.reject);
  }

  /** Its definition may come on another way than its first task. */
  #known(number: number): Known {
    let known = this.#functions.get(number);
    if (known === undefined) {
      const { promise, resolve, reject } = Promise.withResolvers<AnyFunction>();
      // Each of its tasks says so.
      promise.catch(() => {});
      known = { fn: undefined, found: promise, resolve, reject };
      this.#functions.set(number, known);
    }
    return known;
  }

  #load(modules: readonly string[]): void {
    const loading = Promise.all([this.#loading, ...modules.map(loadModule)]);
    this.#loading = loading;
    const done = () => {
      if (this.#loading === loading) this.#loading = undefined;
    };
    loading.then(done, done);
  }

  #kill(id: number, reason: unknown): void {
    const fiber = this.#killable.get(id);
    if (fiber !== undefined && "kill" in fiber) void fiber.kill(reason);
    // Its answer may be on its way.
    else if (this.#killable.has(id)) this.#killable.set(id, { reason });
  }

  #pump(): void {
    if (this.#isResting) return;
    let now = performance.now();
    const until = now + TURN_MS;
    while (this.#running < this.#concurrency && !this.#line.isEmpty()) {
      if (now > until) return this.#rest();
      if (this.#claims?.claim() === false) return this.#forget();
      fault?.("worker.claimed");
      now = this.#start(this.#line.shift() as Task, now);
    }
  }

  #rest(): void {
    this.#isResting = true;
    setImmediate(() => {
      this.#isResting = false;
      this.#pump();
    });
  }

  /** Begins a task, at the time `now`, and gives the time then. */
  #start(task: Task, now: number): number {
    const fn = this.#functions.get(task.fn)?.fn;
    const isPlain = fn !== undefined && this.#loading === undefined && (task.how & FIBER) === 0;
    const result = isPlain ? this.#run(task, fn) : this.#runLater(task);
    if (!(result instanceof Promise)) return this.#answer(task, result, now);
    this.#running++;
    void result.then((result) => {
      this.#running--;
      this.#answer(task, result, now);
      this.#pump();
    });
    return now;
  }

  #run({ how, input, bytes }: Task, fn: AnyFunction): Result | Promise<Result> {
    let args: unknown;
    try {
      args = unpack(input, bytes);
    } catch (error) {
      return failed(error);
    }
    return runTask(fn, how, args);
  }

  /** One that has to wait before it begins: for its function, its modules, or what fibers need. */
  async #runLater(task: Task): Promise<Result> {
    try {
      const fn = await this.#known(task.fn).found;
      await this.#loading;
      if ((task.how & FIBER) === 0) return await this.#run(task, fn);
      return await this.#runKillable(task, fn);
    } catch (error) {
      return failed(error);
    }
  }

  async #runKillable({ id, how, input, bytes }: Task, fn: AnyFunction): Promise<Result> {
    const { runKillable } = await import("./run-in-fiber.ts");
    this.#out.add(`["begun",${id}]`);
    this.#send(this.#out.take());
    const fiber = runKillable(fn, how, unpack(input, bytes) as unknown[]);
    const early = this.#killable.get(id);
    if (early !== undefined && "reason" in early) void fiber.kill(early.reason);
    this.#killable.set(id, fiber);
    const value = await fiber.get();
    return (how & MANY) === 0 ? valued(value) : (value as Result);
  }

  #answer({ id, how }: Task, result: Result, began: number): number {
    fault?.("worker.ran");
    if ((how & FIBER) !== 0) this.#killable.delete(id);
    const now = performance.now();
    const micros = Math.round((now - began) * 1000);
    const { kind, payload, modules } = packResult(result);
    if (modules.size > 0) this.#out.add(JSON.stringify(["load", [...modules]]));
    this.#out.add(`[${id},${micros},${kind},${this.#out.data(payload)}]`);
    this.#send(this.#out.take());
    fault?.("worker.answered");
    return now;
  }
}

interface Packed {
  readonly kind: number;
  readonly payload: Payload;
  readonly modules: ReadonlySet<string>;
}

const NO_MODULES: Set<string> = new Set();

function packResult({ kind, value }: Result): Packed {
  const modules = typeof value === "object" ? new Set<string>() : NO_MODULES;
  try {
    return { kind, payload: pack(value, modules, kind === ERROR ? "error" : "result"), modules };
  } catch (error) {
    const parts = {
      value: inspect(value, { depth: 2, breakLength: Infinity }),
      reason: String(error),
    };
    return { kind: UNSENDABLE, payload: pack(parts, NO_MODULES, "$"), modules: NO_MODULES };
  }
}
