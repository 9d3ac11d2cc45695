import type { AnyFunction, FunctionRef } from "./function-ref.ts";

/** Functions that are known by a name. */
interface Tasks {
  readonly byKey: Map<string, AnyFunction>;
  readonly refs: WeakMap<object, FunctionRef>;
}

const TASKS = Symbol.for("fibril/process/tasks/1");
const globals = globalThis as { [TASKS]?: Tasks };

/** On the global object: the child's own files and the program's may be two copies of fibril. */
export function tasks(): Tasks {
  return (globals[TASKS] ??= { byKey: new Map(), refs: new WeakMap() });
}
