import { show } from "../../fiber/body.ts";
import { encode } from "../codec/codec.ts";
import { cpuCount } from "../cpu-count.ts";
import { type PoolJob, toText } from "../messages.ts";
import { moduleOf, traceAbove } from "../naming/caller-module.ts";
import type { AnyFunction } from "../naming/function-ref.ts";
import { nameFunction } from "../naming/name-function.ts";
import type { RingLine } from "./ring-line.ts";

/** How a Pool is made. */
export interface PoolOptions {
  /** How many processes; as many as there are cores if absent. */
  readonly processes?: number | undefined;
  /** Called in each worker before its first task: any kind of body, as a task is. */
  // biome-ignore lint/suspicious/noExplicitAny: a function with any arguments
  readonly initializer?: ((...args: any[]) => unknown) | undefined;
  /** What it is called with. */
  readonly initargs?: readonly unknown[] | undefined;
  /** After so many tasks a worker is replaced; a chunk of a `map` is one. */
  readonly maxTasksPerChild?: number | undefined;
  /** How many tasks a worker is at at a time, each in a fiber of its own: 1 if absent. */
  readonly concurrency?: number | undefined;
  /** One worker's death breaks the pool: all that is pending fails. */
  readonly strict?: boolean | undefined;
}

const OPTIONS: readonly string[] = [
  "processes",
  "initializer",
  "initargs",
  "maxTasksPerChild",
  "concurrency",
  "strict",
];

/** The options of a pool, checked. */
export class Settings {
  readonly processes: number;
  readonly maxTasks: number;
  readonly concurrency: number;
  readonly strict: boolean;
  /** What workers are started with. */
  readonly job: PoolJob | Promise<PoolJob>;
  /** The name of the initializer. */
  readonly initializer: string | undefined;
  /** Lines of shared memory whose workers have ended. */
  readonly lines: RingLine[] = [];

  /**
   * @param what is made, in words.
   * @param caller what the user called.
   * @throws TypeError or RangeError for bad options.
   */
  constructor(options: PoolOptions, what: string, caller: (...args: never[]) => unknown) {
    const { initializer, initargs = [], strict = false } = options;
    const refused = (value: unknown, name: string, wanted: string) =>
      new TypeError(`Cannot make ${what} with ${show(value)} as ${name}: pass ${wanted}`);
    if (initializer !== undefined && typeof initializer !== "function")
      throw refused(initializer, "initializer", "a function");
    if (!Array.isArray(initargs)) throw refused(initargs, "initargs", "an array, `[value]`");
    if (typeof strict !== "boolean") throw refused(strict, "strict", "true or false");
    const count = (value: number | undefined, otherwise: number, name: string) =>
      value === undefined ? otherwise : checkedCount(value, `make ${what}`, name);
    this.processes = count(options.processes, cpuCount(), "processes");
    this.maxTasks = count(options.maxTasksPerChild, Number.POSITIVE_INFINITY, "tasks per child");
    this.concurrency = count(options.concurrency, 1, "tasks at a time");
    this.strict = strict;
    this.job = jobFor(initializer, initargs, this.concurrency, caller);
    this.initializer = initializer && (initializer.name || "anonymous");
  }

  /** Those of a Pool: a number is that of the processes. */
  static ofPool(given: unknown, caller: (...args: never[]) => unknown): Settings {
    if (given instanceof Settings) return given;
    const options = typeof given === "number" ? { processes: given } : (given ?? {});
    return new Settings(checkedKeys(options, "a Pool", OPTIONS), "a Pool", caller);
  }
}

/** @throws TypeError for what is no object, or has other keys. */
export function checkedKeys<O extends object>(
  options: unknown,
  what: string,
  names: readonly string[],
): O {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`Cannot make ${what} of ${show(options)}: pass { ${names[0]}: 4 }`);
  }
  const unknown = Object.keys(options).find((key) => !names.includes(key));
  if (unknown === undefined) return options as O;
  throw new TypeError(
    `Cannot make ${what} with the option "${unknown}": there are ${names.join(", ")}`,
  );
}

/** @throws TypeError or RangeError unless `value` is an integer >= 1. */
export function checkedCount(value: unknown, what: string, name: string): number {
  if (typeof value !== "number") {
    throw new TypeError(`Cannot ${what} with ${show(value)} ${name}: pass a number`);
  }
  if (Number.isInteger(value) && value >= 1) return value;
  throw new RangeError(`Cannot ${what} with ${value} ${name}: pass an integer >= 1`);
}

function jobFor(
  initializer: AnyFunction | undefined,
  initargs: readonly unknown[],
  concurrency: number,
  caller: (...args: never[]) => unknown,
): PoolJob | Promise<PoolJob> {
  const modules = new Set<string>();
  const encoded = toText(encode(initargs, modules, "initargs"));
  const make = (ref: PoolJob["initializer"]): PoolJob => ({
    type: "pool",
    initializer: ref,
    initargs: encoded,
    modules: [...modules],
    concurrency,
  });
  const ref = initializer && nameFunction(initializer, moduleOf(traceAbove(caller)));
  return ref instanceof Promise ? ref.then(make) : make(ref);
}
