/**
 * What runs in each thread of `toThread`. It knows nothing of fibril, so that a
 * thread starts in some 30 ms.
 */
import type { Outcome, PackedError, Task } from "./thread-task.ts";

type AnyFunction = (...args: unknown[]) => unknown;

/** Functions by their source: each is compiled once. */
const compiled = new Map<string, AnyFunction>();

/** Never throws: what a pool makes of an error has lost its name and data. */
export async function runTask(task: Task): Promise<Outcome> {
  let outcome: Outcome;
  try {
    const fn = task.kind === "source" ? compile(task.source) : await load(task);
    outcome = { value: cloneable(await fn(...task.args)) };
  } catch (error) {
    outcome = { error: pack(explained(error, task)) };
  }
  await flushed();
  return outcome;
}

function compile(source: string): AnyFunction {
  let fn = compiled.get(source);
  if (fn === undefined) {
    fn = evaluate(source);
    compiled.set(source, fn);
  }
  return fn;
}

/** What tools put into functions, and a function's source leaves behind: esbuild and tsx, vite and vitest. */
Object.assign(globalThis, {
  __name: (fn: unknown) => fn,
  __vite_ssr_dynamic_import__: (module: string) => import(module),
});

function evaluate(source: string): AnyFunction {
  try {
    return valueOf<AnyFunction>(source);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  // A method's source is one only inside of an object.
  const [method] = Object.values(valueOf<Record<string, AnyFunction>>(`{ ${source} }`));
  return method as AnyFunction;
}

/** Of an expression that sees the globals and nothing of this module. */
function valueOf<A>(expression: string): A {
  return new Function(`"use strict"; return (${expression})`)();
}

async function load({ module, name }: Extract<Task, { kind: "export" }>): Promise<AnyFunction> {
  const exports: Record<string, unknown> = await import(module);
  const fn = exports[name];
  if (typeof fn === "function") return fn as AnyFunction;
  const names = Object.keys(exports).join(", ");
  throw new TypeError(
    `Cannot run "${name}" of ${module} in a thread: it is no function there; exported are ${names}`,
  );
}

/** Tried here, where the error can still be given back: a message that fails ends the thread. */
function cloneable(value: unknown): unknown {
  // The one large thing that is common is known to be; what is tried is copied once more.
  if (!ArrayBuffer.isView(value)) structuredClone(value);
  return value;
}

const MISSING = /^(?:Can't find variable: (\S+)|(\S+) is not defined)$/;

/** A function's source has left behind the variables around it: the error says no more than a name. */
function explained(error: unknown, task: Task): unknown {
  const match = error instanceof ReferenceError ? MISSING.exec(error.message) : null;
  if (match === null || task.kind !== "source") return error;
  const variable = match[1] ?? match[2];
  return new ReferenceError(
    `Cannot use "${variable}" in a thread: toThread sends the function ${task.name} without the ` +
      `variables around it; pass "${variable}" as an argument, import it inside of the function, ` +
      `or name an export: new URL("./work.ts#${task.name}", import.meta.url)`,
    { cause: error },
  );
}

/** Apart from an error's own data, and often not enumerable. */
const STANDARD = ["name", "message", "stack", "cause"];

function pack(error: unknown): PackedError {
  if (!(error instanceof Error)) return { thrown: isCloneable(error) ? error : String(error) };
  const { name, message, stack, cause } = error;
  const data = Object.entries(error).filter(
    ([key, value]) => !STANDARD.includes(key) && isCloneable(value),
  );
  return {
    name,
    message,
    stack,
    ...(cause !== undefined && { cause: pack(cause) }),
    data: Object.fromEntries(data),
  };
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

/** What it printed goes out ahead of its result. */
async function flushed(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.writableLength > 0) await new Promise((resolve) => stream.write("", resolve));
  }
}
