import { moduleOf, traceAbove } from "../naming/caller-module.ts";
import type { AnyFunction, FunctionRef } from "../naming/function-ref.ts";
import { nameFunction } from "../naming/name-function.ts";

/** A function that tasks call: its number, the way to it, and how long it takes. */
export class Callee {
  readonly number: number;
  readonly name: string;
  /** `undefined` while it is looked for. */
  ref: FunctionRef | undefined;
  readonly naming: Promise<FunctionRef> | undefined;
  /** A running average: how long a call takes, in microseconds. */
  micros: number | undefined;

  constructor(number: number, name: string, ref: FunctionRef | Promise<FunctionRef>) {
    this.number = number;
    this.name = name;
    if (!(ref instanceof Promise)) {
      this.ref = ref;
      return;
    }
    this.naming = ref.then((found) => {
      this.ref = found;
      return found;
    });
    this.naming.catch(() => {
      // Whoever calls it is told.
    });
  }

  /** Of `calls` in a row that took so long together. */
  took(micros: number, calls: number): void {
    const each = micros / Math.max(1, calls);
    this.micros = this.micros === undefined ? each : this.micros + (each - this.micros) * WEIGHT;
  }
}

/** Of the newest in the average: more, and one slow task counts for all; less, and the first is not forgotten. */
const WEIGHT = 0.2;

/** Sources are remembered so often: a program has fewer closures, and one that makes them by `eval` must not fill the memory. */
const MOST_SOURCES = 1000;

/** Knows the functions that a pool has been given. */
export class Callees {
  readonly #known: WeakMap<AnyFunction, Callee> = new WeakMap();
  /** A function written in a loop is a new one each time, and always the same to a worker. */
  readonly #bySource: Map<string, Callee> = new Map();
  #count = 0;

  /**
   * @param caller what the user called: the module above it is where the function is looked for first.
   * @throws TypeError where it is certain that another process can't find it.
   */
  of(fn: AnyFunction, caller: (...args: never[]) => unknown): Callee {
    const known = this.#known.get(fn);
    if (known !== undefined) return known;
    const callee = this.#find(fn, caller);
    this.#known.set(fn, callee);
    return callee;
  }

  #find(fn: AnyFunction, caller: (...args: never[]) => unknown): Callee {
    const same = this.#bySource.get(String(fn));
    if (same !== undefined) return same;
    const ref = nameFunction(fn, moduleOf(traceAbove(caller)));
    const callee = new Callee(++this.#count, fn.name || "anonymous", ref);
    if (!(ref instanceof Promise) && ref.kind === "source" && this.#bySource.size < MOST_SOURCES) {
      this.#bySource.set(String(fn), callee);
    }
    return callee;
  }
}
