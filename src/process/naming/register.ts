import { show } from "../../fiber/body.ts";
import { type AnyClass, addClass, addErrorClass } from "../codec/classes.ts";
import { moduleOf, traceAbove } from "./caller-module.ts";
import type { AnyFunction } from "./function-ref.ts";
import { tasks } from "./tasks.ts";

/**
 * Makes a function known to other processes by its module and name, though it is
 * not exported; gives the function itself. Call it where the module is loaded, at
 * its top level. Also what bundlers and minifiers rename is found that way.
 *
 * @param meta `import.meta` of the module.
 * @throws TypeError for a function without a name, and for two of one name in a module.
 *
 * @example
 * ```ts
 * import { Process, task } from "fibril/process";
 *
 * const unit = "metres";
 * // Not exported, and it uses what is around it.
 * const measure = task(import.meta, function measure(length: number) {
 *   console.log(length, unit);
 * });
 *
 * if (import.meta.main) {
 *   const child = new Process({ target: measure, args: [3] });
 *   child.start(); // -> 3 metres
 *   await child.join();
 * }
 * ```
 */
export function task<F extends AnyFunction>(meta: { readonly url: string }, fn: F): F {
  if (typeof meta?.url !== "string") {
    throw new TypeError(`Cannot name a task by ${show(meta)}: write task(import.meta, fn)`);
  }
  checkFunction(fn, "name a task");
  if (fn.name === "") {
    throw new TypeError(
      'Cannot name a task that has no name: declare it as a function, or call register("name", fn)',
    );
  }
  addTask(`${meta.url}#${fn.name}`, fn, meta.url);
  return fn;
}

/** How objects of a class go to another process. */
export interface ClassFunctions<T, D> {
  /** What to send of an object: data, and objects that can go themselves. */
  readonly pack: (object: T) => D;
  /** The object, of what `pack` gave. */
  readonly unpack: (data: D) => T;
}

/**
 * Makes a function, a class of errors or a class of objects known to other
 * processes by a name of its own. Call it at the top level of a module: the other
 * process loads that and finds the same there.
 *
 * Objects of a class go as what `pack` gives and come back as what `unpack` makes
 * of it; without the two its objects can't go. Errors need no functions: they come
 * back with their class and data, and their constructor is not run.
 *
 * Python: `copyreg.pickle`.
 *
 * @throws TypeError for what is no function, and for a second function of that name.
 *
 * @example
 * ```ts
 * import { Process, register } from "fibril/process";
 *
 * class Point {
 *   x = 0;
 * }
 * register("Point", Point, {
 *   pack: ({ x }) => x,
 *   unpack: (x) => Object.assign(new Point(), { x }),
 * });
 *
 * export function look(point: Point) {
 *   console.log(point instanceof Point, point.x);
 * }
 *
 * if (import.meta.main) {
 *   const child = new Process({ target: look, args: [Object.assign(new Point(), { x: 3 })] });
 *   child.start(); // -> true 3
 *   await child.join();
 * }
 * ```
 */
export function register<F extends AnyFunction | AnyClass>(name: string, fn: F): F;
export function register<T extends object, D>(
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: a class with any constructor
  type: abstract new (...args: any[]) => T,
  functions: ClassFunctions<T, D>,
): void;
export function register(
  name: string,
  type: unknown,
  functions?: { readonly pack: unknown; readonly unpack: unknown },
): unknown {
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`Cannot register ${show(type)} as ${show(name)}: pass a name`);
  }
  checkFunction(type, "register");
  const module = moduleOf(traceAbove(register));
  if (functions === undefined) {
    addTask(name, type as AnyFunction, module ?? "");
    if (isErrorClass(type)) addErrorClass(name, type, module);
    return type;
  }
  const { pack, unpack } = functions;
  checkFunction(pack, `register "${name}" to pack`);
  checkFunction(unpack, `register "${name}" to unpack`);
  const make = unpack as (data: never) => object;
  addClass({ name, type: type as unknown as AnyClass, pack, unpack: make, module });
  return undefined;
}

function addTask(key: string, fn: AnyFunction, module: string): void {
  const { byKey, refs } = tasks();
  const other = byKey.get(key);
  if (other !== undefined && String(other) !== String(fn)) {
    throw new TypeError(
      `Cannot register ${show(fn)} as "${key}": another function has that name; pass a name of its own to register`,
    );
  }
  byKey.set(key, fn);
  refs.set(fn, { kind: "registered", key, module });
}

function isErrorClass(type: unknown): type is AnyClass {
  return (type as { readonly prototype?: unknown }).prototype instanceof Error;
}

function checkFunction(fn: unknown, what: string): asserts fn is AnyFunction {
  if (typeof fn !== "function") {
    throw new TypeError(`Cannot ${what} with ${show(fn)}: pass a function`);
  }
}
