import { performance } from "node:perf_hooks";
import { inspect } from "node:util";
import type { Fiber } from "../../../fiber/fiber.ts";
import { Ring } from "../../../internal/ring.ts";
import { loadModule } from "../../child/load-module.ts";
import { findFunction } from "../../naming/find-function.ts";
import type { AnyFunction, FunctionRef } from "../../naming/function-ref.ts";
import { Outbox, type Payload, pack } from "../outbox.ts";
import { unpack } from "../unpack.ts";
import { type Data, ERROR, FIBER, MANY, type Order, type Packet, UNSENDABLE } from "../wire.ts";
import { runTask } from "./run-task.ts";
import { failed, type Result, valued } from "./yields.ts";

/** As long may tasks that follow each other keep the process from its messages and timers. */
const TURN_MS = 10;

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
}

/** Owns the tasks of a worker: those in line, and those that it is at. */
export class Desk {
  readonly #send: (packet: Packet) => void;
  readonly #leave: () => void;
  readonly #concurrency: number;
  readonly #line: Ring<Task> = new Ring(64);
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

  take({ text, bytes }: Packet): void {
    for (const order of JSON.parse(text) as readonly Order[]) {
      const [type] = order;
      if (typeof type === "number") {
        const [id, fn, how, input] = order as Extract<Order, readonly [number, ...unknown[]]>;
        this.#line.push({ id, fn, how, input, bytes });
        if ((how & FIBER) !== 0) this.#killable.set(id, undefined);
      } else if (order[0] === "define") this.#define(order[1], order[2] as FunctionRef);
      else if (order[0] === "load") this.#load(order[1]);
      else if (order[0] === "kill") this.#kill(order[1], unpack(order[2], bytes));
      else this.#leave();
    }
    this.#pump();
  }

  #define(number: number, ref: FunctionRef): void {
    const found = findFunction(ref, loadModule);
    const known: Known = { fn: undefined, found };
    found.then(
      (fn) => {
        known.fn = fn;
      },
      () => {
        // Each of its tasks says so.
      },
    );
    this.#functions.set(number, known);
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
      const fn = await (this.#functions.get(task.fn) as Known).found;
      await this.#loading;
      if ((task.how & FIBER) === 0) return await this.#run(task, fn);
      return await this.#runKillable(task, fn);
    } catch (error) {
      return failed(error);
    }
  }

  async #runKillable({ id, how, input, bytes }: Task, fn: AnyFunction): Promise<Result> {
    const { runKillable } = await import("./run-in-fiber.ts");
    const fiber = runKillable(fn, how, unpack(input, bytes) as unknown[]);
    const early = this.#killable.get(id);
    if (early !== undefined && "reason" in early) void fiber.kill(early.reason);
    this.#killable.set(id, fiber);
    const value = await fiber.get();
    return (how & MANY) === 0 ? valued(value) : (value as Result);
  }

  #answer({ id, how }: Task, result: Result, began: number): number {
    if ((how & FIBER) !== 0) this.#killable.delete(id);
    const now = performance.now();
    const micros = Math.round((now - began) * 1000);
    const { kind, payload, modules } = packResult(result);
    if (modules.size > 0) this.#out.add(JSON.stringify(["load", [...modules]]));
    this.#out.add(`[${id},${micros},${kind},${this.#out.data(payload)}]`);
    this.#send(this.#out.take());
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
