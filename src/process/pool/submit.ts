import { checkFunction, show } from "../../fiber/body.ts";
import type { Source } from "../../fiber/items.ts";
import type { AnyFunction } from "../naming/function-ref.ts";
import { Delivery } from "./async-result.ts";
import type { Callee } from "./callees.ts";
import type { Foreman } from "./foreman.ts";
import type { Promised } from "./future.ts";
import { Gathering } from "./gathering.ts";
import { Mapping } from "./mapping.ts";
import { type Customer, Task } from "./task.ts";
import { CallInput, Items } from "./task-input.ts";
import { type CheckedOptions, checkedOptions, optionsOf } from "./task-options.ts";
import { FIBER, SPREAD } from "./wire.ts";

/** The method that the user called. */
export interface Caller {
  readonly name: string;
  readonly method: (...args: never[]) => unknown;
  /** The options that it knows. */
  readonly options: keyof typeof optionsOf;
}

/** What to call, and how. */
export interface CheckedCall {
  readonly callee: Callee;
  readonly options: CheckedOptions;
}

/** Submits one call; gives its result. */
export function submitCall(...call: Parameters<typeof promiseCall>): Delivery<unknown> {
  return promiseCall(...call).delivery;
}

/** Submits one call; gives its task, too. */
export function promiseCall(
  foreman: Foreman,
  fn: unknown,
  args: unknown,
  given: unknown,
  caller: Caller,
): Promised<unknown> {
  const { callee, options } = checkedCall(foreman, fn, given, caller);
  const { limits, callbacks } = options;
  const input = new CallInput(checkedArgs(args, caller.name));
  const delivery = new SingleDelivery(callbacks);
  const how = limits.timeout === undefined ? 0 : FIBER;
  const task = new Task(foreman.nextTask(), callee, how, input, limits, delivery);
  delivery.subject = task;
  foreman.submit(task);
  return { delivery, task, foreman };
}

class SingleDelivery extends Delivery<unknown> implements Customer {
  done(_task: Task, _kind: number, value: unknown): void {
    this.fulfil(value);
  }

  failed(_task: Task, error: unknown): void {
    this.reject(error);
  }
}

/** Submits a call for each item; gives the list of results. */
export function submitMap(
  foreman: Foreman,
  fn: unknown,
  source: unknown,
  given: unknown,
  caller: Caller & { readonly how: 0 | typeof SPREAD },
): Delivery<unknown[]> {
  const { callee, options } = checkedCall(foreman, fn, given, caller);
  const delivery = new Delivery<unknown[]>(options.callbacks);
  const go = (list: readonly unknown[]) => {
    if (caller.how === SPREAD) for (const args of list) checkedArgs(args, caller.name);
    if (list.length === 0) return delivery.fulfil([]);
    const items = new Items(list, caller.how === SPREAD ? "argLists" : "items");
    const mapping = new Mapping(foreman, callee, caller.how, items, options, delivery);
    delivery.subject = mapping;
    foreman.submit(mapping);
  };
  if (isAsync(source)) new Gathering(foreman, source, go, delivery);
  else go([...checkedSource(source, caller.name)]);
  return delivery;
}

/** @throws before anything is submitted. */
export function checkedCall(
  foreman: Foreman,
  fn: unknown,
  given: unknown,
  { name, method, options }: Caller,
): CheckedCall {
  checkFunction(fn, name);
  const checked = checkedOptions(given, optionsOf[options], name);
  foreman.refuseUnlessOpen();
  return { callee: foreman.callees.of(fn as AnyFunction, method), options: checked };
}

function checkedArgs(args: unknown, caller: string): readonly unknown[] {
  if (args === undefined) return [];
  if (Array.isArray(args)) return args;
  throw new TypeError(`Cannot ${caller} with ${show(args)} as arguments: pass an array of them`);
}

function isAsync(source: unknown): source is AsyncIterable<unknown> {
  return typeof source === "object" && source !== null && Symbol.asyncIterator in source;
}

function checkedSource(source: unknown, caller: string): Iterable<unknown> {
  const { [Symbol.iterator]: iterate } = Object(source) as Partial<
    Source<unknown> & Iterable<unknown>
  >;
  if (typeof iterate === "function") return source as Iterable<unknown>;
  throw new TypeError(
    `Cannot ${caller} over ${show(source)}: pass an iterable or an async iterable`,
  );
}
