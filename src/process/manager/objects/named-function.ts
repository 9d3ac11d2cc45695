import type { AnyFunction, FunctionRef } from "../../naming/function-ref.ts";
import { tasks } from "../../naming/tasks.ts";

/** A function of a client's that others than the server are to run. */
export interface NamedFunction {
  readonly ref: FunctionRef;
  readonly name: string;
}

const known: Map<string, AnyFunction> = new Map();

/** How many are remembered: a program has fewer, and one that writes new ones must not fill the memory. */
const MOST_KNOWN = 1000;

/** What a pool takes for the function: its workers load it, and the server does not. */
export function standIn({ ref, name }: NamedFunction): AnyFunction {
  const key = JSON.stringify([ref, name]);
  let fn = known.get(key);
  if (fn !== undefined) return fn;
  fn = () => {
    throw new TypeError(`Cannot run "${name}" in the server of a manager: its workers do`);
  };
  // A pool knows functions of one source as one.
  Object.defineProperties(fn, { name: { value: name }, toString: { value: () => key } });
  tasks().refs.set(fn, ref);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, fn);
  return fn;
}
